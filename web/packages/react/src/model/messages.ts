/**
 * Messages as they are shown, made of the engine's entries. An entry that did not change gives the
 * same message again, and one that would look the same keeps its identity: bubbles are memoised.
 */
import type { Entry } from '@samtale/client';
import type { Phrases } from '@samtale/locale';
import { shallowEqual } from '../store/views';
import type { Message, MessageChange, MessageReaction, Problem, QuotedMessage } from '../types';
import type { Directory } from './people';
import { problemOfCode } from './problem';

/** Makes messages of entries, and remembers them. */
export class Messages {
  readonly #phrases: Phrases;
  readonly #made = new WeakMap<Entry, { directory: Directory; message: Message }>();

  constructor(phrases: Phrases) {
    this.#phrases = phrases;
  }

  /** Returns the message of an entry. */
  of(entry: Entry, directory: Directory): Message {
    const made = this.#made.get(entry);
    if (made?.directory === directory) return made.message;
    const fresh = toMessage(entry, directory, this.#phrases);
    const message = made !== undefined && sameNames(made.message, fresh) ? made.message : fresh;
    this.#made.set(entry, { directory, message });
    return message;
  }

  /** Returns the messages of a timeline. */
  all(entries: readonly Entry[], directory: Directory): readonly Message[] {
    return Object.freeze(entries.map((entry) => this.of(entry, directory)));
  }
}

function toMessage(entry: Entry, directory: Directory, phrases: Phrases): Message {
  const { message, state } = entry;
  const failed = state.status === 'failed' || state.status === 'expired';
  return Object.freeze<Message>({
    id: message.id,
    chatId: message.chatId,
    senderId: message.senderId,
    senderName: directory.name(message.senderId),
    senderAvatarUrl: directory.avatarUrl(message.senderId),
    kind: message.kind,
    content: message.content,
    createdAt: new Date(message.createdAt),
    editedAt: toDate(message.editedAt),
    deletedAt: toDate(message.deletedAt),
    isOwn: entry.own,
    status: failed ? 'failed' : state.status,
    problem: failed ? stateProblem(state, phrases) : null,
    expired: state.status === 'expired',
    change: toChange(entry, phrases),
    replyTo: toQuoted(entry, directory),
    replyToId: message.replyTo ?? null,
    threadRootId: message.threadRoot ?? null,
    threadCount: message.threadCount ?? 0,
    reactions: Object.freeze(entry.reactions.map((group) => toReaction(group, directory))),
    seq: message.createdSeq,
  });
}

function stateProblem(
  state: { status: 'failed'; code: Problem['code'] } | { status: 'expired' },
  phrases: Phrases,
): Problem {
  return problemOfCode(state.status === 'failed' ? state.code : 'expired', phrases);
}

function toChange({ pending }: Entry, phrases: Phrases): MessageChange | null {
  if (pending === null) return null;
  const { op, kind, state } = pending;
  return Object.freeze<MessageChange>({
    id: op,
    kind,
    status: state.status === 'sending' ? 'sending' : 'failed',
    problem: state.status === 'sending' ? null : stateProblem(state, phrases),
  });
}

function toQuoted({ quoted }: Entry, directory: Directory): QuotedMessage | null {
  if (quoted === null) return null;
  return Object.freeze<QuotedMessage>({
    id: quoted.id,
    senderId: quoted.senderId,
    senderName: directory.name(quoted.senderId),
    content: quoted.content,
    deleted: quoted.deletedAt !== undefined,
  });
}

function toReaction(group: Entry['reactions'][number], directory: Directory): MessageReaction {
  const names = group.users.map(directory.knownName).filter((name) => name !== null);
  return Object.freeze<MessageReaction>({
    emoji: group.emoji,
    count: group.count,
    mine: group.mine,
    names: Object.freeze(names),
  });
}

function toDate(at: number | null | undefined): Date | null {
  return at === null || at === undefined ? null : new Date(at);
}

/** Returns whether two messages of one entry show the same people. */
function sameNames(a: Message, b: Message): boolean {
  return (
    a.senderName === b.senderName &&
    a.senderAvatarUrl === b.senderAvatarUrl &&
    a.replyTo?.senderName === b.replyTo?.senderName &&
    a.reactions.every((reaction, index) => shallowEqual(reaction.names, b.reactions[index]?.names ?? []))
  );
}
