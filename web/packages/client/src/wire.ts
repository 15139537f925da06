// Generated from the Rust types by `cargo xtask codegen`; not to be edited by hand.

/**
 * Names a user: the host product's `sub`, opaque to us.
 */
export type UserId = string;

/**
 * Names a chat.
 */
export type ChatId = string;

/**
 * Names a message: made by its sender before the message is shown, and kept for ever.
 */
export type MessageId = string;

/**
 * Names a mutation other than a send, so that a repeat gets the first answer.
 */
export type OpId = string;

/**
 * Names a device or browser profile; several connections may share one.
 */
export type DeviceId = string;

/**
 * A place in a chat's one counter: the number of the commit, from 1; 0 is before the first.
 */
export type Seq = number;

/**
 * A store's lineage: a restored backup starts a new one, so that seqs are never compared across.
 */
export type Lineage = string;

/**
 * What must be equal for two seqs of one chat to be comparable for one reader.
 *
 * On the wire it is the text `lineage.generation.version`, opaque to clients, which compare it
 * whole. An envelope, shared by all readers, carries the lineage alone; a changed generation
 * reaches its member as a reset.
 */
export type Epoch = string;

/**
 * A moment as milliseconds since 1970-01-01T00:00:00Z.
 */
export type UnixMillis = number;

/**
 * A chat's title: 1 to 200 characters without control characters.
 */
export type Title = string;

/**
 * How far back someone who was added later sees.
 */
export type HistoryRule = "since_joining" | "all";

/**
 * A chat, as its participants see it.
 */
export type Chat = { 
/**
 * The chat's id.
 */
id: ChatId, 
/**
 * The commit that last changed this row.
 */
seq: Seq, 
/**
 * The title; a chat without one is named by its participants.
 */
title?: Title, 
/**
 * How far back people who are added later see.
 */
history: HistoryRule, 
/**
 * Who made it.
 */
createdBy: UserId, 
/**
 * When it was made.
 */
createdAt: UnixMillis, };

/**
 * What someone is in a chat.
 */
export type Role = "owner" | "tutor" | "student" | "guardian" | "observer";

/**
 * Someone's membership of a chat; a row stays when they leave, with `active` false.
 */
export type Participant = { 
/**
 * Who it is.
 */
userId: UserId, 
/**
 * The commit that last changed this row.
 */
seq: Seq, 
/**
 * The name to show; never empty (the id where no name is known).
 */
name: string, 
/**
 * The picture to show.
 */
avatarUrl?: string, 
/**
 * What they are here.
 */
role: Role, 
/**
 * Whether they are in the chat now.
 */
active: boolean, 
/**
 * When they were last added.
 */
joinedAt: UnixMillis, 
/**
 * When they left, if they did.
 */
leftAt?: UnixMillis, };

/**
 * What a message is; a client shows a kind that it does not know by its content.
 */
export type MessageKind = 'text' | (string & {});

/**
 * The words of a message, kept byte for byte; never shown by `Debug`.
 */
export type Body = string;

/**
 * A message in its present state.
 */
export type Message = { 
/**
 * The id, made by the sender.
 */
id: MessageId, 
/**
 * The chat it belongs to.
 */
chatId: ChatId, 
/**
 * The commit that last changed this row.
 */
seq: Seq, 
/**
 * The commit that created it: its place in the timeline.
 */
createdSeq: Seq, 
/**
 * Who sent it.
 */
senderId: UserId, 
/**
 * What it is.
 */
kind: MessageKind, 
/**
 * The words; empty once deleted.
 */
content: Body, 
/**
 * The message that it answers, quoted above it.
 */
replyTo?: MessageId, 
/**
 * The message whose thread it belongs to.
 */
threadRoot?: MessageId, 
/**
 * How many messages its thread has, where it is a root.
 */
threadCount?: number, 
/**
 * When the server took it.
 */
createdAt: UnixMillis, 
/**
 * When it was last edited.
 */
editedAt?: UnixMillis, 
/**
 * When it was deleted: what remains is a tombstone.
 */
deletedAt?: UnixMillis, };

/**
 * One emoji: 1 to 64 bytes without white space, control characters or ASCII letters and marks.
 */
export type Emoji = string;

/**
 * How many have reacted with one emoji.
 */
export type ReactionCount = { 
/**
 * The emoji.
 */
emoji: Emoji, 
/**
 * How many people.
 */
count: number, };

/**
 * One user's reactions to one message, with the counts of all as of the same commit.
 */
export type Reaction = { 
/**
 * The message.
 */
messageId: MessageId, 
/**
 * Who reacted.
 */
userId: UserId, 
/**
 * The commit that last changed this row.
 */
seq: Seq, 
/**
 * This user's emoji, in the order they were set; empty once all are taken back.
 */
emoji: Array<Emoji>, 
/**
 * What everyone has set, the most frequent first (ties by emoji), as of `countsSeq`.
 */
counts: Array<ReactionCount>, 
/**
 * The commit the counts were taken at; the greater wins.
 */
countsSeq: Seq, };

/**
 * Shared rows of a chat in their new state, each stamped with the commit that changed it.
 */
export type Rows = { 
/**
 * The chat itself, where it changed.
 */
chat?: Chat, 
/**
 * Changed participants.
 */
participants?: Array<Participant>, 
/**
 * Changed messages, by `createdSeq`.
 */
messages?: Array<Message>, 
/**
 * Changed reactions.
 */
reactions?: Array<Reaction>, 
/**
 * Messages that others here answer, in their present state: context, not a part of any range.
 */
quoted?: Array<Message>, };

/**
 * One atomic commit in a chat: what every live reader gets, and applies if it follows their cursor.
 */
export type Envelope = { 
/**
 * The chat.
 */
chat: ChatId, 
/**
 * The store's lineage: the part of the epoch that all readers share.
 */
epoch: Lineage, 
/**
 * The commit's place.
 */
seq: Seq, 
/**
 * What changed.
 */
rows: Rows, };

/**
 * A mutation of one chat, as it stands in the outbox and on the wire.
 *
 * A send is known by its message id, every other op by its `opId`; both are made by the sender,
 * before anything is shown. The same id with other contents is refused with `id_conflict`.
 */
export type Op = { "op": "send", 
/**
 * The message's id, a UUIDv7 by preference.
 */
id: MessageId, 
/**
 * The words.
 */
content: Body, 
/**
 * The message it answers.
 */
replyTo?: MessageId, 
/**
 * The message whose thread it goes into.
 */
threadRoot?: MessageId, } | { "op": "edit", 
/**
 * The op's id.
 */
opId: OpId, 
/**
 * The message.
 */
messageId: MessageId, 
/**
 * The new words.
 */
content: Body, } | { "op": "delete", 
/**
 * The op's id.
 */
opId: OpId, 
/**
 * The message.
 */
messageId: MessageId, } | { "op": "react", 
/**
 * The op's id.
 */
opId: OpId, 
/**
 * The message.
 */
messageId: MessageId, 
/**
 * The emoji.
 */
emoji: Emoji, 
/**
 * True to set it, false to take it back.
 */
on: boolean, } | { "op": "addParticipant", 
/**
 * The op's id.
 */
opId: OpId, 
/**
 * Whom.
 */
userId: UserId, 
/**
 * As what.
 */
role: Role, } | { "op": "setRole", 
/**
 * The op's id.
 */
opId: OpId, 
/**
 * Whom.
 */
userId: UserId, 
/**
 * The new role.
 */
role: Role, } | { "op": "removeParticipant", 
/**
 * The op's id.
 */
opId: OpId, 
/**
 * Whom.
 */
userId: UserId, } | { "op": "updateChat", 
/**
 * The op's id.
 */
opId: OpId, 
/**
 * The new title.
 */
title?: Title, 
/**
 * The new history rule.
 */
history?: HistoryRule, };

/**
 * How far one participant has received and read a chat.
 */
export type Receipt = { 
/**
 * Who.
 */
userId: UserId, 
/**
 * Everything up to here is on one of their devices.
 */
delivered: Seq, 
/**
 * Everything up to here they have seen; never more than `delivered`.
 */
read: Seq, };

/**
 * The receipts of a chat too large to list them: how far all who count have come.
 */
export type ReceiptSummary = { 
/**
 * How many people count.
 */
members: number, 
/**
 * Everything up to here is delivered to all of them.
 */
deliveredByAll: Seq, 
/**
 * Everything up to here is read by all of them.
 */
readByAll: Seq, };

/**
 * What a reader knows of a chat's receipts: listed up to [`Receipts::MAX_LISTED`] members,
 * counted above.
 */
export type Receipts = { 
/**
 * Of each active participant that counts for ticks; in a large chat one's own only.
 */
listed: Array<Receipt>, 
/**
 * Of all together, in a large chat.
 */
summary?: ReceiptSummary, };

/**
 * How available someone is, the most available first.
 */
export type Status = "online" | "busy" | "away" | "offline";

/**
 * What kind of device someone uses.
 */
export type DeviceKind = "desktop" | "mobile" | "tablet";

/**
 * How one user, or one device of theirs, is present.
 */
export type Presence = { 
/**
 * How available.
 */
status: Status, 
/**
 * On what kind of device.
 */
device: DeviceKind, 
/**
 * Where: `chat:<id>` or a page's name, at most 64 bytes.
 */
at?: string, 
/**
 * When they were last active.
 */
lastSeen?: UnixMillis, };

/**
 * The key of a private row, `kind:name` on the wire.
 */
export type PrivateKey = string;

/**
 * A private row in its present state.
 */
export type PrivateRow = { 
/**
 * The key.
 */
key: PrivateKey, 
/**
 * The user's commit that last changed it.
 */
seq: Seq, 
/**
 * The value; null once removed.
 */
value: unknown, };

/**
 * The answer to "what changed since": rows, and the place they lead up to.
 *
 * The law: an old snapshot with these rows merged is a fresh snapshot at `upTo`, over the ranges
 * held. With `reset` the reader drops what it holds of the chat and starts from these rows.
 */
export type Sync = { 
/**
 * The chat.
 */
chatId: ChatId, 
/**
 * What `upTo` is comparable within.
 */
epoch: Epoch, 
/**
 * Everything up to here is told; the reader's next cursor.
 */
upTo: Seq, 
/**
 * The chat's head when this was read; greater than `upTo` where more is to be fetched.
 */
head: Seq, 
/**
 * Whether the reader starts over: these rows are the newest page and all there is to keep.
 */
reset: boolean, 
/**
 * With `reset`: whether older messages than these exist for this reader.
 */
hasOlder: boolean, 
/**
 * All receipts, whole.
 */
receipts: Receipts, 
/**
 * How many are in the chat now.
 */
members: number, 
/**
 * What the reader is here.
 */
role: Role, 
/**
 * The chat itself, where it changed.
 */
chat?: Chat, 
/**
 * Changed participants.
 */
participants?: Array<Participant>, 
/**
 * Changed messages, by `createdSeq`.
 */
messages?: Array<Message>, 
/**
 * Changed reactions.
 */
reactions?: Array<Reaction>, 
/**
 * Messages that others here answer, in their present state: context, not a part of any range.
 */
quoted?: Array<Message>, };

/**
 * A page of history, and the moment it was read at.
 */
export type Page = { 
/**
 * The chat.
 */
chatId: ChatId, 
/**
 * What the seqs are comparable within.
 */
epoch: Epoch, 
/**
 * The chat's head when the page was read: a page older than the cursor is read again.
 */
asOf: Seq, 
/**
 * The messages, oldest first; every visible one from the first of them up to the asked place.
 */
messages: Array<Message>, 
/**
 * Their reactions.
 */
reactions: Array<Reaction>, 
/**
 * What they answer, where it is not among them.
 */
quoted: Array<Message>, 
/**
 * Whether older messages exist for this reader.
 */
hasMore: boolean, };

/**
 * A chat as its list shows it.
 */
export type ChatSummary = { 
/**
 * What the seqs are comparable within, for this reader.
 */
epoch: Epoch, 
/**
 * The chat's newest commit.
 */
head: Seq, 
/**
 * What the reader is here.
 */
role: Role, 
/**
 * Up to [`Self::MAX_PARTICIPANTS`] active participants, the reader included.
 */
participants: Array<Participant>, 
/**
 * How many are in the chat now.
 */
members: number, 
/**
 * The newest message that the reader may see.
 */
lastMessage?: Message, 
/**
 * How far the reader has read.
 */
read: Seq, 
/**
 * Visible messages of others beyond that, deleted ones passed over; counted up to [`Self::MAX_UNREAD`].
 */
unread: number, 
/**
 * When something was last said, or the chat was made.
 */
activeAt: UnixMillis, 
/**
 * The chat's id.
 */
id: ChatId, 
/**
 * The commit that last changed this row.
 */
seq: Seq, 
/**
 * The title; a chat without one is named by its participants.
 */
title?: Title, 
/**
 * How far back people who are added later see.
 */
history: HistoryRule, 
/**
 * Who made it.
 */
createdBy: UserId, 
/**
 * When it was made.
 */
createdAt: UnixMillis, };

/**
 * The answer to "what changed in my private state since".
 */
export type Private = { 
/**
 * What `upTo` is comparable within.
 */
epoch: Epoch, 
/**
 * Everything up to here is told.
 */
upTo: Seq, 
/**
 * Whether these rows are all there are.
 */
reset: boolean, 
/**
 * The changed rows.
 */
rows: Array<PrivateRow>, };

/**
 * An earlier wording of a message.
 */
export type Edit = { 
/**
 * The words.
 */
content: Body, 
/**
 * Since when the message had them.
 */
at: UnixMillis, };

/**
 * A message that a search found.
 */
export type SearchHit = { 
/**
 * The message.
 */
message: Message, 
/**
 * Where the found words stand in `content`: `[start, end)` in UTF-16 code units.
 */
highlights: Array<[number, number]>, };

/**
 * Search hits, the newest first.
 */
export type SearchPage = { 
/**
 * The hits.
 */
hits: Array<SearchHit>, 
/**
 * Where the next page starts; absent at the end.
 */
next?: string, };

/**
 * Why something was refused. Codes never change their meaning; docs/protocol.md lists them.
 */
export type ErrorCode = "bad_request" | "bad_frame" | "too_large" | "unauthorized" | "token_expired" | "forbidden" | "not_participant" | "not_found" | "id_conflict" | "content_empty" | "content_too_long" | "content_invalid" | "rate_limited" | "too_many" | "blocked" | "not_joined" | "unmatched_topic" | "unsupported_version" | "unavailable" | "draining" | "internal" | "unknown";

/**
 * A refusal as it stands in a reply: a code for programs, a text for developers.
 *
 * Texts for people are made at the edge, in the reader's language.
 */
export type WireError = { 
/**
 * The stable code.
 */
code: ErrorCode, 
/**
 * What was wrong, in English.
 */
message: string, 
/**
 * How long to wait before the same again, in milliseconds.
 */
retryAfterMs?: number, };

/**
 * In which form a channel gets a commit.
 */
export type EventForm = "envelopes" | "rows";

/**
 * `phx_join`, from the client. The reply is a [`samtale_model::Sync`].
 */
export type ChatJoin = { 
/**
 * The version of the native events that the client speaks; this build's where absent.
 */
proto?: number, 
/**
 * The cursor's epoch.
 */
epoch?: Epoch, 
/**
 * The cursor's seq.
 */
since?: Seq, 
/**
 * How many messages a reset brings; 50 where absent, 200 at the most.
 */
limit?: number, 
/**
 * In which form commits come.
 */
events: EventForm, };

/**
 * `sync`, from the client. The reply is a [`samtale_model::Sync`].
 */
export type SyncRequest = { 
/**
 * The cursor's epoch.
 */
epoch?: Epoch, 
/**
 * The cursor's seq.
 */
since?: Seq, 
/**
 * How many messages a reset brings.
 */
limit?: number, };

/**
 * `history`, from the client. The reply is a [`samtale_model::Page`].
 */
export type HistoryRequest = { 
/**
 * Messages created before this commit; the newest page where absent.
 */
before?: Seq, 
/**
 * How many; 50 where absent, 200 at the most.
 */
limit?: number, };

/**
 * `ops`, from the client: applied in order, stopping at the first that is refused.
 */
export type OpsRequest = { 
/**
 * The ops, 1 to [`Self::MAX_OPS`].
 */
ops: Array<Op>, };

/**
 * An op that took effect, now or when it was first sent.
 */
export type OpOk = { 
/**
 * The commit it took effect in.
 */
seq: Seq, 
/**
 * Whether it had been sent before.
 */
repeat?: boolean, 
/**
 * The rows it changed, in their present state.
 */
rows: Rows, };

/**
 * What became of one op.
 */
export type OpResult = { "status": "ok" } & OpOk | { "status": "error" } & WireError;

/**
 * The reply to `ops`: one result for each op that was tried, in order.
 */
export type OpsReply = { 
/**
 * The chat's epoch for this user.
 */
epoch: Epoch, 
/**
 * The results.
 */
results: Array<OpResult>, };

/**
 * `receipt`, from the client: raises one's own watermarks. Answered with an empty object.
 */
export type ReceiptPush = { 
/**
 * Everything up to here has arrived.
 */
delivered?: Seq, 
/**
 * Everything up to here has been seen.
 */
read?: Seq, };

/**
 * `receipts`, from the server.
 */
export type ReceiptsEvent = { 
/**
 * The receipts that moved.
 */
receipts: Array<Receipt>, 
/**
 * In a large chat: of all together.
 */
summary?: ReceiptSummary, };

/**
 * `typing`, from the client.
 */
export type TypingPush = { 
/**
 * True while writing, false once stopped.
 */
on: boolean, };

/**
 * `typing`, from the server.
 */
export type TypingEvent = { 
/**
 * Who.
 */
userId: UserId, 
/**
 * For how long, in milliseconds, on the receiver's clock; 0 once stopped.
 */
ttlMs: number, };

/**
 * Why someone is no longer in a chat.
 */
export type RemovedReason = "left" | "removed";

/**
 * `removed`, from the server; `phx_close` follows.
 */
export type RemovedEvent = { 
/**
 * Why.
 */
reason: RemovedReason, };

/**
 * `reset`, from the server: the reader's epoch has changed. They sync without a cursor.
 */
export type ResetEvent = { 
/**
 * The chat.
 */
chat: ChatId, };

/**
 * `behind`, from the server: events were dropped because the connection did not take them.
 */
export type BehindEvent = { 
/**
 * The chat's head; the client syncs up to it.
 */
head: Seq, };

/**
 * `phx_join`, from the client. The reply is a [`JoinReply`].
 */
export type UserJoin = { 
/**
 * The version of the native events that the client speaks; this build's where absent.
 */
proto?: number, 
/**
 * The device; several connections may share one.
 */
deviceId?: DeviceId, 
/**
 * The private cursor's epoch.
 */
epoch?: Epoch, 
/**
 * The private cursor's seq.
 */
since?: Seq, 
/**
 * How the user is present on this connection.
 */
presence?: Presence, };

/**
 * Who a user is.
 */
export type Profile = { 
/**
 * The id.
 */
userId: UserId, 
/**
 * The name to show; never empty.
 */
name: string, 
/**
 * The picture to show.
 */
avatarUrl?: string, 
/**
 * The language of texts for people: `nb`, `nn` or `en`.
 */
locale?: string, };

/**
 * The reply to a join of one's own topic.
 */
export type UserJoinReply = { 
/**
 * The version of the native events that the server speaks on this connection.
 */
proto: number, 
/**
 * Who one is.
 */
me: Profile, 
/**
 * What changed in the private state.
 */
private: Private, 
/**
 * The newest chats, the most recently active first.
 */
chats: Array<ChatSummary>, 
/**
 * Whether there are more chats than these.
 */
moreChats: boolean, };

/**
 * `chats`, from the client: some chats by id, or the next page of the list.
 */
export type ChatsRequest = { 
/**
 * Which; at most 100. Those that are not one's own are left out of the reply.
 */
ids?: Array<ChatId>, 
/**
 * Without `ids`: the chats that follow this one in the list.
 */
after?: ChatId, };

/**
 * The reply to `chats`.
 */
export type ChatsReply = { 
/**
 * The chats, the most recently active first.
 */
chats: Array<ChatSummary>, 
/**
 * Whether the list goes on.
 */
moreChats: boolean, };

/**
 * `private`, from the client: writes a private row. The reply is the [`PrivateRow`].
 */
export type PrivatePush = { 
/**
 * The op's id.
 */
opId: OpId, 
/**
 * The row.
 */
key: PrivateKey, 
/**
 * The new value; null removes it.
 */
value: unknown, };

/**
 * `envelope` on a user's topic: one commit of their private state.
 */
export type PrivateEnvelope = { 
/**
 * The store's lineage.
 */
epoch: Lineage, 
/**
 * The commit's place in the user's own counter.
 */
seq: Seq, 
/**
 * The changed rows.
 */
rows: Array<PrivateRow>, };

/**
 * `head`: something happened in a chat that this connection has not joined.
 */
export type HeadEvent = { 
/**
 * The chat.
 */
chatId: ChatId, 
/**
 * Its newest commit.
 */
head: Seq, 
/**
 * The message that was sent, where it was one.
 */
message?: Message, };

/**
 * `search`, from the client. The reply is a [`samtale_model::SearchPage`].
 */
export type SearchRequest = { 
/**
 * The words; every one must be found.
 */
q: string, 
/**
 * Only in this chat.
 */
chatId?: ChatId, 
/**
 * Where the page starts: `next` of the page before.
 */
after?: string, 
/**
 * How many hits; 20 where absent, 50 at the most.
 */
limit?: number, };

/**
 * One presence of a key.
 */
export type Meta = { 
/**
 * Names this presence, from its join to its leave.
 */
phx_ref: string, 
/**
 * How available.
 */
status: Status, 
/**
 * On what kind of device.
 */
device: DeviceKind, 
/**
 * Where: `chat:<id>` or a page's name, at most 64 bytes.
 */
at?: string, 
/**
 * When they were last active.
 */
lastSeen?: UnixMillis, };

/**
 * The presences of one user.
 */
export type Metas = { 
/**
 * One, folded from their devices.
 */
metas: Array<Meta>, };

/**
 * `presence_state`: everyone who is present, by user id.
 */
export type PresenceStateEvent = { [key in UserId]: Metas };

/**
 * `presence_diff`: who came or changed, and who left.
 */
export type PresenceDiffEvent = { 
/**
 * Who came or changed.
 */
joins: { [key in UserId]: Metas }, 
/**
 * Who left.
 */
leaves: { [key in UserId]: Metas }, };

/**
 * `POST /api/chats`.
 */
export type CreateChat = { 
/**
 * The chat's id, where the client makes it: a repeat gets the same chat.
 */
id?: ChatId, 
/**
 * The title.
 */
title?: Title, 
/**
 * How far back people who are added later see.
 */
history: HistoryRule, 
/**
 * Who else is in it; the caller is, as owner unless named here with another role.
 */
participants: Array<NewParticipant>, };

/**
 * Someone to add.
 */
export type NewParticipant = { 
/**
 * Whom.
 */
userId: UserId, 
/**
 * As what; student where absent.
 */
role: Role, };

/**
 * `POST /api/messages`.
 */
export type SendMessage = { 
/**
 * The message's id, made by the sender; by the server where absent, and then a repeat is a second message.
 */
id?: MessageId, 
/**
 * Where.
 */
chatId: ChatId, 
/**
 * The words.
 */
content: Body, 
/**
 * The message it answers.
 */
replyTo?: MessageId, 
/**
 * The message whose thread it goes into.
 */
threadRoot?: MessageId, };

/**
 * `PUT /api/messages/{id}`.
 */
export type EditMessage = { 
/**
 * The op's id; without one a repeat is a second edit.
 */
opId?: OpId, 
/**
 * The new words.
 */
content: Body, };

/**
 * `POST /api/messages/typing` and `PUT /api/chat/realtime`.
 */
export type SetTyping = { 
/**
 * Where.
 */
chatId: ChatId, 
/**
 * True while writing.
 */
isTyping: boolean, };

/**
 * `POST /api/messages/read-receipts`.
 */
export type SetReceipts = { 
/**
 * Where.
 */
chatId: ChatId, 
/**
 * Everything up to here has arrived.
 */
delivered?: Seq, 
/**
 * Everything up to here has been seen.
 */
read?: Seq, 
/**
 * Everything up to this message has been seen: for callers that know messages, not seqs.
 */
messageId?: MessageId, };

/**
 * `POST /api/chat/realtime`: what a client does with its connection.
 */
export type Connect = { 
/**
 * Which chat it is about; the user as a whole where absent.
 */
chatId?: ChatId, 
/**
 * What to do.
 */
action: ConnectAction, 
/**
 * With `presence`: how the user is present.
 */
presence?: Presence, };

/**
 * What a client does with its connection.
 */
export type ConnectAction = "connect" | "disconnect" | "presence";

/**
 * The answer to `POST /api/chat/realtime`: where the socket is.
 */
export type Connected = { 
/**
 * The WebSocket's path.
 */
socket: string, 
/**
 * The topics to join: the user's own, and the chat's where one was named.
 */
topics: Array<string>, 
/**
 * The version of the native events.
 */
proto: number, 
/**
 * How often to send a heartbeat, in milliseconds.
 */
heartbeatIntervalMs: number, 
/**
 * How long presence over HTTP holds, in milliseconds.
 */
leaseMs: number, };

/**
 * The answer to `GET /api/chat/realtime?chatId=`: how a chat stands.
 */
export type ChatStatus = { 
/**
 * The chat.
 */
chatId: ChatId, 
/**
 * What `head` is comparable within.
 */
epoch: Epoch, 
/**
 * Its newest commit.
 */
head: Seq, 
/**
 * How many are in it.
 */
members: number, 
/**
 * Who is writing now.
 */
typing: Array<UserId>, 
/**
 * Who is present now.
 */
presence: Array<UserPresence>, 
/**
 * How far the caller has read.
 */
read: Seq, 
/**
 * How many messages the caller has not read, counted up to 100.
 */
unread: number, };

/**
 * How one user is present.
 */
export type UserPresence = { 
/**
 * Who.
 */
userId: UserId, 
/**
 * How available.
 */
status: Status, 
/**
 * On what kind of device.
 */
device: DeviceKind, 
/**
 * Where: `chat:<id>` or a page's name, at most 64 bytes.
 */
at?: string, 
/**
 * When they were last active.
 */
lastSeen?: UnixMillis, };

/**
 * The answer to `GET /api/chats/{id}/participants`.
 */
export type ParticipantsPage = { 
/**
 * The participants, by user id.
 */
participants: Array<Participant>, 
/**
 * Where the next page starts; absent at the end.
 */
next?: UserId, };

/**
 * An error in the form of RFC 9457, `application/problem+json`.
 */
export type Problem = { 
/**
 * `about:blank`: the code says which problem it is.
 */
type: string, 
/**
 * The status' reason phrase.
 */
title: string, 
/**
 * The HTTP status.
 */
status: number, 
/**
 * What was wrong, in English: `message` under its name of RFC 9457.
 */
detail: string, 
/**
 * The stable code.
 */
code: ErrorCode, 
/**
 * What was wrong, in English.
 */
message: string, 
/**
 * How long to wait before the same again, in milliseconds.
 */
retryAfterMs?: number, };
