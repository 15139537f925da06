/**
 * Where messages are written. `onSendMessage` alone is enough; with `chatId` it sends by itself, keeps a
 * draft and tells the others that one is writing. It is never disabled for want of a network.
 */
import type { ChatId, MessageId } from '@samtale/client';
import { type ReactNode, type Ref, useCallback, useState } from 'react';
import {
  useChat,
  useDraft,
  useMessageActions,
  usePhrases,
  useSamtale,
  useTypingIndicator,
} from '../../hooks';
import { problemOf } from '../../model/problem';
import { useEvent } from '../primitives';
import { ComposerField, type ComposerHandle, ReadOnlyComposer } from './composer-field';
import type { ComposerMode } from './composer-mode';

export type { ComposerHandle } from './composer-field';
export type { ComposerMode } from './composer-mode';

/** What goes along with a message that is handed to {@link MessageComposerProps.onSendMessage}. */
export interface ComposedOptions {
  replyTo?: MessageId;
  threadRoot?: MessageId;
}

/** What {@link MessageComposer} takes; at least one of `onSendMessage` and `chatId`. */
export interface MessageComposerProps {
  /** Called with what was written, trimmed at its ends. In place of sending it to `chatId`. */
  onSendMessage?: ((content: string, options: ComposedOptions) => unknown) | undefined;
  /** Sends to this chat, keeps its draft, tells that one is writing. */
  chatId?: ChatId | undefined;
  /** The thread it answers in; it has no draft. */
  threadRootId?: MessageId | undefined;
  /** The message that is being answered or changed. */
  mode?: ComposerMode | null | undefined;
  /** Ends the mode: sent, saved, or cancelled by Esc. */
  onModeEnd?: (() => void) | undefined;
  /** ↑ in an empty field: change the last message of one's own. */
  onEditLast?: (() => void) | undefined;
  /** Says that one may only read here, instead of the field. Default: what the chat says. */
  readOnly?: boolean | undefined;
  /** Stands before the field: the place of attachments. */
  attachments?: ReactNode;
  placeholder?: string | undefined;
  /** Puts the focus into the field, except on touch. Default false. */
  autoFocus?: boolean;
  /** Takes the focus from outside. */
  handle?: Ref<ComposerHandle> | undefined;
}

/** See the file's head. */
export function MessageComposer(props: MessageComposerProps) {
  return props.chatId === undefined ? (
    <LooseComposer {...props} />
  ) : (
    // One composer a chat: what is written in one never shows in another.
    <ChatComposer key={`${props.chatId} ${props.threadRootId ?? ''}`} {...props} chatId={props.chatId} />
  );
}

function LooseComposer({ onSendMessage, mode, ...props }: MessageComposerProps) {
  const [draft, setDraft] = useState('');
  const send = useEvent((content: string) => onSendMessage?.(content, optionsOf(mode, props.threadRootId)));
  if (props.readOnly) return <ReadOnlyComposer />;
  return (
    <ComposerField
      {...props}
      mode={mode ?? null}
      draft={draft}
      onDraft={setDraft}
      onSend={send}
      problem={null}
    />
  );
}

function ChatComposer({
  chatId,
  threadRootId,
  mode,
  onSendMessage,
  ...props
}: MessageComposerProps & { chatId: ChatId }) {
  const { phrases } = useSamtale();
  const { t } = usePhrases();
  const chat = useChat(chatId);
  const actions = useMessageActions(chatId);
  const [kept, keep] = useDraft(chatId);
  const [loose, setLoose] = useState('');
  const { handleTyping, stopTyping } = useTypingIndicator({ chatId });
  const [problem, setProblem] = useState<string | null>(null);

  const send = useEvent((content: string) => {
    setProblem(null);
    stopTyping();
    if (mode?.kind === 'edit') {
      // A refused edit shows under its message.
      if (content !== mode.message.content) actions.edit(mode.message.id, content).catch(() => undefined);
      return undefined;
    }
    const options = optionsOf(mode, threadRootId);
    return onSendMessage ? onSendMessage(content, options) : actions.send(content, options);
  });
  const refused = useCallback((error: unknown) => setProblem(problemOf(error, phrases).message), [phrases]);

  if (props.readOnly ?? chat?.readOnly) return <ReadOnlyComposer />;
  const thread = threadRootId !== undefined;
  return (
    <ComposerField
      {...props}
      placeholder={props.placeholder ?? (thread ? t('ui-composer-thread-placeholder') : undefined)}
      mode={mode ?? null}
      draft={thread ? loose : kept}
      onDraft={thread ? setLoose : keep}
      onSend={send}
      onRefused={refused}
      onTyping={handleTyping}
      onTypingEnd={stopTyping}
      problem={problem}
    />
  );
}

function optionsOf(
  mode: ComposerMode | null | undefined,
  threadRoot: MessageId | undefined,
): ComposedOptions {
  return {
    ...(mode?.kind === 'reply' ? { replyTo: mode.message.id } : {}),
    ...(threadRoot === undefined ? {} : { threadRoot }),
  };
}
