/**
 * The shapes that hooks give and components take: plain, frozen, ready to be shown. Times are
 * `Date`, names are never empty, a list is always there.
 */
import type {
  ChatId,
  Emoji,
  ErrorCode,
  HistoryRule,
  LocalErrorCode,
  MessageId,
  OpId,
  Role,
  Status,
  UserId,
} from '@samtale/client';

/** How far a message has come. `failed`: refused for good, or it waited too long and asks first. */
export type MessageStatus = 'sending' | 'sent' | 'delivered' | 'read' | 'failed';

/** Why something failed. */
export interface Problem {
  readonly code: ErrorCode | LocalErrorCode;
  /** A sentence for a person, in the provider's language. */
  readonly message: string;
}

/** A change of a sent message that is under way or was refused. */
export interface MessageChange {
  /** For `retryMessage` and `cancelMessage`. */
  readonly id: OpId;
  readonly kind: 'edit' | 'delete';
  readonly status: 'sending' | 'failed';
  readonly problem: Problem | null;
}

/** One emoji under a message. */
export interface MessageReaction {
  readonly emoji: Emoji;
  readonly count: number;
  readonly mine: boolean;
  /** The names that are known of those who set it. */
  readonly names: readonly string[];
}

/** The message that another one answers. */
export interface QuotedMessage {
  readonly id: MessageId;
  readonly senderId: UserId;
  readonly senderName: string;
  /** Empty once deleted. */
  readonly content: string;
  readonly deleted: boolean;
}

/** A message, as it is to be shown. */
export interface Message {
  readonly id: MessageId;
  readonly chatId: ChatId;
  readonly senderId: UserId;
  readonly senderName: string;
  readonly senderAvatarUrl: string | null;
  /** `text`; `system` and others by their name. */
  readonly kind: string;
  /** Empty once deleted. */
  readonly content: string;
  readonly createdAt: Date;
  readonly editedAt: Date | null;
  readonly deletedAt: Date | null;
  readonly isOwn: boolean;
  readonly status: MessageStatus;
  /** Why it failed; null unless `status` is `failed`. */
  readonly problem: Problem | null;
  /** True where it waited for over a day and asks before it goes (then `status` is `failed`). */
  readonly expired: boolean;
  readonly change: MessageChange | null;
  /** What it answers; `null` too where that is not known here. */
  readonly replyTo: QuotedMessage | null;
  readonly replyToId: MessageId | null;
  /** The thread it belongs to, by its first message. */
  readonly threadRootId: MessageId | null;
  /** How many answers its own thread has. */
  readonly threadCount: number;
  readonly reactions: readonly MessageReaction[];
  /** Its place among the messages others have; 0 while unsent. For read marks. */
  readonly seq: number;
}

/** Someone in a chat. */
export interface ChatParticipant {
  readonly id: UserId;
  readonly name: string;
  readonly avatarUrl: string | null;
  readonly role: Role;
  readonly joinedAt: Date;
  readonly isMe: boolean;
}

/** A chat. */
export interface Chat {
  readonly id: ChatId;
  /** Its title, or the names of the others; never empty. */
  readonly name: string;
  /** Its title; null where it is named by its participants. */
  readonly title: string | null;
  readonly history: HistoryRule;
  readonly createdAt: Date;
  /** What oneself is here; null while unknown. */
  readonly role: Role | null;
  readonly participants: readonly ChatParticipant[];
  readonly memberCount: number;
  readonly unreadCount: number;
  readonly draft: string;
  /** Muted: for good (`true`), until a moment, or not. */
  readonly muted: boolean | Date;
  readonly lastMessage: Message | null;
  readonly lastActivityAt: Date;
  /** Whether a guardian may read along. */
  readonly guardianCanRead: boolean;
  /** Whether one may only read (an observer, a guardian). */
  readonly readOnly: boolean;
  /** Why it can't be used now. */
  readonly problem: Problem | null;
}

/** Someone who writes, or is online. */
export interface Person {
  readonly id: UserId;
  readonly name: string;
}

/** How someone is present. */
export interface UserPresence extends Person {
  readonly status: Status;
  readonly lastSeen: Date | null;
  readonly device: 'desktop' | 'mobile' | 'tablet' | null;
  /** Where they are: `chat:<id>` or a page, where they share it. */
  readonly location: string | null;
}

/** A lesson that was agreed on in a chat, as the host product tells it. */
export interface Appointment {
  readonly id: string;
  readonly title: string;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  readonly url: string | null;
}
