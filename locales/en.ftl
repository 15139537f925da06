# English. The same messages with the same variables as nb.ftl, whose opening comment tells the rules.

## Typing

typing-unnamed = typing...
typing-one = { $name } is typing...
typing-two = { $first } and { $second } are typing...
typing-many = { $count } people are typing...

## Presence

status-online = Available
status-away = Away
status-busy = Busy
status-offline = Offline

last-seen-now = Last seen just now
last-seen-minutes = Last seen { $count } min ago
last-seen-hours =
    { $count ->
        [one] Last seen 1 hour ago
       *[other] Last seen { $count } hours ago
    }
last-seen-yesterday = Last seen yesterday at { $time }
last-seen-weekday = Last seen { $weekday } at { $time }
last-seen-date = Last seen { $day } { $month } at { $time }
last-seen-date-year = Last seen { $day } { $month } { $year } at { $time }

## Times

# How long ago, or when: inside a sentence or after a name.
time-now = just now
time-minutes = { $count } min ago
time-hours =
    { $count ->
        [one] 1 hour ago
       *[other] { $count } hours ago
    }
time-today = today at { $time }
time-yesterday = yesterday at { $time }
time-tomorrow = tomorrow at { $time }
time-weekday = { $weekday } at { $time }
time-date = { $day } { $month } at { $time }
time-date-year = { $day } { $month } { $year } at { $time }

# The full date and time, for a tooltip or a screen reader.
time-full = { $weekday } { $day } { $month } { $year } at { $time }

# A row of the chat list; today is the bare clock time.
list-yesterday = yesterday
list-weekday = { $weekday }
list-date = { $day } { $month }
list-date-year = { $day } { $month } { $year }

# The line between two days of a conversation.
day-today = Today
day-yesterday = Yesterday
day-date = { $weekday } { $day } { $month }
day-date-year = { $weekday } { $day } { $month } { $year }

# Weekdays count from Monday, as in ISO 8601.
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

## Errors

# One sentence for each stable code: what is wrong, without "try again", which `retry-in-…` adds.
error-bad_request = The request is not valid.
error-bad_frame = The server did not understand what the app sent.
error-too_large = What you tried to send is too large.
error-unauthorized = You need to sign in to continue.
error-token_expired = Your session has expired, so you need to sign in again.
error-forbidden = You are not allowed to do this.
error-not_participant = You are not in this chat.
error-not_found = What you are looking for does not exist.
error-id_conflict = This message has already been sent with different content.
error-content_empty = The message is empty.
error-content_too_long = The message is too long.
error-content_invalid = The message contains characters that cannot be sent.
error-rate_limited = That was a little too fast.
error-too_many = The limit has been reached, so there is no room for more.
error-unmatched_topic = The server does not know this channel.
error-not_joined = You are not connected to this chat yet.
error-join_limit = You have too many chats open at the same time.
error-unsupported_version = This version of the app is too old and must be updated.
error-blocked = You cannot contact this person.
error-unavailable = The service is not available right now.
error-draining = The server is restarting, and you will be reconnected in a moment.
error-internal = Something went wrong on our side.
error-offline = You are not online.
error-timeout = The server did not answer in time.
error-queue_full = Too many messages are waiting to be sent.
error-expired = The message waited too long and was not sent.
error-cancelled = Sending was cancelled.
error-unknown_message = The message is no longer here.
error-unknown_op = This can’t be undone or tried again now.
error-unknown_chat = The chat is not here.
error-not_yours = You can only change your own messages.
error-signed_out = You are signed out.
error-engine_failed = The app did not start. Reload the page.
error-unknown = Something went wrong.

# An error's sentence, then how long to wait.
retry-in-seconds =
    { $count ->
        [one] { $error } Try again in 1 second.
       *[other] { $error } Try again in { $count } seconds.
    }
retry-in-minutes =
    { $count ->
        [one] { $error } Try again in 1 minute.
       *[other] { $error } Try again in { $count } minutes.
    }
retry-in-hours =
    { $count ->
        [one] { $error } Try again in 1 hour.
       *[other] { $error } Try again in { $count } hours.
    }

## Actions

action-retry = Try again
action-retry-all = Try all again
action-delete = Delete
action-edit = Edit
action-reply = Reply
action-react = React
action-send = Send
action-cancel = Cancel
action-search = Search
action-copy = Copy
action-leave = Leave the chat

## Connection

connection-idle = Not connected
connection-connecting = Connecting…
connection-connected = Connected
connection-reconnecting = Disconnected - trying to reconnect...
connection-degraded = Connected, but slower than usual
connection-offline = Offline. Messages will be sent when you are online.
connection-failed = Cannot reach the server.

## People

role-owner = owner
role-tutor = tutor
role-student = student
role-guardian = guardian
role-observer = observer
role-unknown = participant

person-unnamed = No name
guardian-can-read = A guardian can read this
participants =
    { $count ->
        [one] 1 participant
       *[other] { $count } participants
    }

## Messages

delivery-sending = Sending
delivery-sent = Sent
delivery-delivered = Delivered
delivery-read = Read
delivery-failed = Could not send

message-edited = edited
message-deleted = The message has been deleted
message-you = You
message-preview-own = You: { $text }
message-preview-named = { $name }: { $text }
message-draft = Draft: { $text }
message-reply-to = Reply to { $name }
message-reactions =
    { $count ->
        [one] 1 reaction
       *[other] { $count } reactions
    }
message-replies =
    { $count ->
        [one] 1 reply
       *[other] { $count } replies
    }
message-stale = The message has waited for more than a day. Do you still want to send it?

unread =
    { $count ->
        [one] 1 unread
       *[other] { $count } unread
    }
unread-over =
    { $count ->
        [one] More than 1 unread
       *[other] More than { $count } unread
    }

## System messages

system-chat-created = { $actor } started the chat
system-added = { $name } was added
system-added-by = { $actor } added { $name }
system-joined = { $name } joined the chat
system-left = { $name } left the chat
system-removed = { $name } was removed
system-removed-by = { $actor } removed { $name }
system-title-changed = The chat is now called “{ $title }”
system-title-changed-by = { $actor } changed the name of the chat to “{ $title }”
system-title-removed = The chat no longer has a name
system-role-changed = The role of { $name } is now { $role }
system-unknown = The chat was changed

## The terminal app

tui-chats-title = Chats
tui-chats-empty = You have no chats yet.
tui-chats-loading = Loading your chats…
tui-chat-untitled = Untitled chat
tui-chat-none-selected = Choose a chat to read it.
tui-messages-title = Messages
tui-messages-empty = Nobody has written anything here yet.
tui-messages-loading = Loading the messages…
tui-messages-loading-older = Loading older messages…
tui-messages-beginning = This is the beginning of the chat.
tui-messages-below =
    { $count ->
        [one] ↓ 1 new
       *[other] ↓ { $count } new
    }
tui-participants-title = Participants
tui-composer-title = New message
tui-composer-placeholder = Write a message
tui-composer-editing = Editing the message
tui-composer-replying = Replying to { $name }
tui-composer-length = { $count } of { $max } characters
tui-search-title = Search
tui-search-prompt = Search the messages:
tui-search-loading = Searching…
tui-search-empty = No results for “{ $query }”.
tui-search-count =
    { $count ->
        [one] 1 result
       *[other] { $count } results
    }
tui-search-offline = You need to be online to search.
tui-react-title = Choose a reaction
tui-react-remove = Remove the reaction
tui-delete-title = Delete the message?
tui-delete-question = The message will be gone for everyone in the chat.
tui-quit-title = Quit?
tui-quit-question =
    { $count ->
        [one] 1 message has not been sent. It will be sent the next time you open the app.
       *[other] { $count } messages have not been sent. They will be sent the next time you open the app.
    }
tui-answer-yes = Yes
tui-answer-no = No
tui-offline-banner = Offline. Messages will be sent when you are online.
tui-failed-banner =
    { $count ->
        [one] 1 message could not be sent.
       *[other] { $count } messages could not be sent.
    }
tui-waiting-banner =
    { $count ->
        [one] 1 message is waiting to be sent.
       *[other] { $count } messages are waiting to be sent.
    }
tui-removed-banner = You are no longer in this chat.
tui-signed-in = Signed in as { $name }
tui-too-small = The window is too small.
tui-help-title = Help
tui-help-send = send
tui-help-newline = new line
tui-help-reply = reply
tui-help-edit = edit
tui-help-delete = delete
tui-help-react = react
tui-help-retry = try again
tui-help-search = search
tui-help-open = open
tui-help-select = select
tui-help-scroll = scroll
tui-help-next-chat = next chat
tui-help-previous-chat = previous chat
tui-help-switch = switch panes
tui-help-participants = participants
tui-help-help = help
tui-help-cancel = cancel
tui-help-close = close
tui-help-quit = quit
tui-in-thread = in a thread
tui-composer-read-only = You can only read in this chat.
tui-message-lost = The message could not be found.
tui-muted-mark = muted
tui-muted = “{ $name }” is muted.
tui-unmuted = “{ $name }” is no longer muted.
tui-leave-title = Leave the chat?
tui-leave-question = You will no longer get messages from “{ $name }”.
tui-new-chat-title = New chat
tui-new-chat-people = Who should be in it? User ids, with spaces between:
tui-new-chat-name = Name of the chat (may be left empty):
tui-new-chat-make = start the chat
tui-new-chat-bad-id = “{ $name }” is not a valid user id.
tui-new-chat-bad-title = The name is too long.
tui-status-title = Status
tui-status-automatic = Automatic
tui-search-here = in this chat
tui-search-everywhere = in all chats
tui-search-offline-hits = Only what is stored here.
tui-help-everywhere = Everywhere
tui-help-status = status
tui-help-new-chat = new chat
tui-help-newest = to the newest messages
tui-help-edit-last = edit your last message
tui-help-retry-all = try all again
tui-help-give-up = delete a message that was not sent
tui-help-mute = mute
tui-help-leave = leave the chat
tui-help-write = write
tui-help-reconnect = connect again

## Components of the web: the conversation

ui-messages = Messages
ui-messages-start = This is the start of the chat
ui-messages-empty = Nobody has written anything here yet.
ui-messages-write = Write the first message
ui-messages-loading = Loading the messages
ui-messages-newest = To the newest messages
ui-messages-newest-unread =
    { $count ->
        [one] To 1 new message
       *[other] To { $count } new messages
    }
ui-messages-arrived =
    { $count ->
        [one] 1 new message
       *[other] { $count } new messages
    }
ui-messages-failed =
    { $count ->
        [one] 1 message could not be sent.
       *[other] { $count } messages could not be sent.
    }
ui-messages-lost = The message could not be found.
ui-message-in-thread = In a thread
ui-message-name = { $name }, { $time }: { $text }
ui-message-more = More
ui-message-tools = Message actions
ui-message-quote = Go to the message
ui-message-quote-missing = The message is not available.
ui-message-thread = Reply in thread
ui-message-send-now = Send now
ui-message-edit-failed = The change was not saved.
ui-message-delete-failed = The message was not deleted.
ui-message-undo = Undo
ui-message-delete-title = Delete the message?
ui-message-delete-question = The message will be gone for everyone in the chat.
ui-message-discard-question = The message has not been sent, and its text will be gone.
ui-reactions = Reactions
ui-reaction = { $emoji }, { $names }
ui-reaction-names-more =
    { $count ->
        [one] { $names } and 1 more
       *[other] { $names } and { $count } more
    }
ui-reaction-count =
    { $count ->
        [one] 1 person
       *[other] { $count } people
    }
ui-composer = Message
ui-composer-placeholder = Write a message
ui-composer-thread-placeholder = Reply in the thread
ui-composer-editing = Editing the message
ui-composer-replying = Replying to { $name }
ui-composer-replying-self = Replying to yourself
ui-composer-cancel-edit = Cancel the edit
ui-composer-cancel-reply = Cancel the reply
ui-composer-save = Save
ui-composer-left =
    { $count ->
        [one] 1 character left
       *[other] { $count } characters left
    }
ui-composer-over =
    { $count ->
        [one] 1 character too many
       *[other] { $count } characters too many
    }
ui-composer-read-only = You can only read in this chat.
ui-composer-emoji = Insert an emoji
ui-emoji-title = Pick an emoji
ui-emoji-search = Search emoji
ui-emoji-loading = Loading emoji
ui-emoji-empty = No emoji matches.
ui-emoji-quick = Common reactions
ui-emoji-more = More emoji
ui-emoji-skin = Skin tone
ui-thread = Thread
ui-thread-close = Close the thread
ui-thread-lost = The thread no longer exists.

## Components of the web: lists, search and panels

ui-close = Close
ui-back = Back
ui-save = Save
ui-chats-label = Chats
ui-chats-loading = Loading your chats…
ui-chats-empty = You have no chats yet.
ui-chats-none-found = No chats match “{ $query }”.
ui-chat-options = Options for “{ $name }”
ui-chat-mark-read = Mark as read
ui-chat-mute-hours =
    { $count ->
        [one] Mute for 1 hour
       *[other] Mute for { $count } hours
    }
ui-chat-mute = Mute until I turn it back on
ui-chat-unmute = Turn on notifications
ui-chat-muted = Muted
ui-chat-muted-until = Muted until { $time }
ui-chat-not-muted = You are notified of new messages.
ui-chat-failed = A message could not be sent
ui-chat-no-messages = Nobody has written anything here yet
ui-header-members =
    { $online ->
        [one] { $count } participants, 1 available
       *[other] { $count } participants, { $online } available
    }
ui-header-search = Search in the chat
ui-header-people = Participants and options
ui-search-title = Search messages
ui-search-placeholder = What are you looking for?
ui-search-scope = Where to search
ui-search-here = This chat
ui-search-everywhere = All chats
ui-search-hint = Search for words in your messages.
ui-search-clear = Clear the search
ui-search-loading = Searching…
ui-search-offline = Only what is stored here.
ui-search-empty = No results for “{ $query }”.
ui-search-count =
    { $count ->
        [one] 1 result
       *[other] { $count } results
    }
ui-search-count-over =
    { $count ->
        [one] More than 1 result
       *[other] More than { $count } results
    }
ui-search-more = Show more results
ui-search-in-chat = in { $chat }
ui-panel-title = About the chat
ui-panel-people = Participants
ui-person-you = { $name } (you)
ui-person-options = Options for { $name }
ui-person-make = Change role to { $role }
ui-person-remove = Remove from the chat
ui-remove-title = Remove { $name }?
ui-remove-question = { $name } will no longer be able to read or write here. What has been written stays.
ui-remove = Remove
ui-people-add = Add participants
ui-people-add-done =
    { $count ->
        [one] Add 1 participant
       *[other] Add { $count } participants
    }
ui-people-add-none = Add
ui-people-search = Search for a name
ui-people-or-id = Name or user id
ui-people-by-id = Add user id “{ $id }”
ui-people-not-found = Nobody matches “{ $query }”.
ui-people-everyone-in = Everyone on the list is already in the chat.
ui-people-chosen = Chosen
ui-people-drop = Take away { $name }
ui-people-role = The role of { $name }
ui-people-loading = Looking…
ui-leave-title = Leave the chat?
ui-leave-question = You will no longer get messages from “{ $name }”.
ui-leave = Leave
ui-chat-name = Name of the chat
ui-chat-name-hint = Without a name the chat is called by the names of the others.
ui-chat-rename = Change the name
ui-chat-notifications = Notifications
ui-history-title = History
ui-history-all = Anyone added later can read everything that was written.
ui-history-since_joining = Anyone added later can read only what is written from then on.
ui-history-choose = What should anyone added later be able to read?
ui-history-choose-all = Everything that was written
ui-history-choose-since_joining = Only what is written from then on
ui-guardian-note = A guardian is in this chat and can read what is written here.
ui-guardian-will-read = { $name } is a guardian and can read everything that is written in the chat.
ui-guardians-will-read =
    { $count ->
        [one] 1 guardian is included and can read everything that is written in the chat.
       *[other] { $count } guardians are included and can read everything that is written in the chat.
    }
ui-new-chat = New chat
ui-new-chat-people = Who should be in it?
ui-new-chat-start = Start the chat
ui-sign-in = Sign in
ui-connection-retry = Connect now
ui-update = A new version is ready.
ui-reload = Reload
ui-storage-memory = The browser does not store messages. What has not been sent is lost when you close the window.
ui-storage-tight = The device is low on space. Only messages that have not been sent are stored.
ui-settings = Settings
ui-language = Language
ui-language-nb = Bokmål
ui-language-nn = Nynorsk
ui-language-en = English
ui-theme = Appearance
ui-theme-system = As the device
ui-theme-light = Light
ui-theme-dark = Dark
ui-privacy = Who sees me
ui-privacy-presence = Show when I am available
ui-privacy-presence-hint = People you chat with see whether you are here, and when you were last here.
ui-privacy-typing = Show when I am typing
ui-privacy-typing-hint = The others in the chat see that you are typing, not what.
ui-privacy-location = Show which chat I have open
ui-privacy-location-hint = It is off until you turn it on.
ui-status = Status
ui-status-automatic = Automatic
ui-welcome = Welcome
ui-welcome-text = Choose a language, and what others get to see. You can change it any time in the settings.
ui-welcome-done = Get started
ui-status-set = Change status
ui-status-mine = Status: { $status }
ui-sign-out = Sign out
ui-sign-out-title = Sign out?
ui-sign-out-text = Your chats are deleted from this device. They will be back when you sign in.
ui-sign-out-unsent =
    { $count ->
        [one] 1 message has not been sent. It will be lost if you sign out now.
       *[other] { $count } messages have not been sent. They will be lost if you sign out now.
    }
ui-sign-out-anyway = Sign out anyway

## The web app

app-name = Samtale
app-tagline = Conversations between tutors, students and guardians.
app-sign-in = Sign in
app-sign-in-demo = Who would you like to try as?
app-sign-in-demo-text = The people here are made up. Open another window as another of them, and talk.
app-sign-in-host = Sign in to the service you use Samtale with, and you will come straight back here.
app-sign-in-open = Open your conversations from the service you use Samtale with.
app-sign-in-key = Sign in with a key
app-sign-in-key-label = Key (JWT) from the service
app-sign-in-key-invalid = This is not a valid key.
app-sign-in-key-expired = The key has expired. Get a new one from the service.
app-sign-in-offline = The server can't be reached.
app-switch-title = Change user?
app-switch-text = You are signed in as { $name }. To go on as { $other }, { $name } has to be signed out here first.
app-switch = Sign out and change
app-menu = Menu for { $name }
app-choose-chat = Choose a conversation, or start a new one.
app-chat-unknown = This conversation does not exist, or you are not in it.
app-chat-not-here = This conversation is not stored on this device. It will be here when you are online.
app-to-chats = To the conversations
app-to-messages = Skip to the messages
app-list-resize = Width of the conversation list
app-crashed = Something went wrong in the app. Your messages are safe.
app-crashed-part = This part of the app stopped. Your messages are safe.
app-failed-start = The app could not start in this browser. Update the browser, or try another.
app-about = About Samtale
app-version = Version { $version }
app-api-docs = API documentation

## The developer tools

devtools-title = Developer tools
devtools-open = Open the developer tools
devtools-close = Close the developer tools
devtools-copy-report = Copy report
devtools-copied = Copied
devtools-copy-failed = Could not copy
devtools-tab-connection = Connection
devtools-tab-queue = Queue
devtools-tab-events = Events
devtools-tab-performance = Performance
devtools-none = None
devtools-state = State
devtools-transport = Transport
devtools-transport-socket = WebSocket
devtools-transport-http = HTTP
devtools-network = Network
devtools-latency = Latency
devtools-attempts = Attempts in a row
devtools-next-retry = Next attempt
devtools-retry-in =
    { $count ->
        [one] in 1 second
       *[other] in { $count } seconds
    }
devtools-failure = Reason
devtools-engine = Engine
devtools-storage = Storage
devtools-user = User
devtools-server = Server
devtools-version = Version
devtools-my-status = My status
devtools-connect = Connect
devtools-disconnect = Disconnect
devtools-reconnect = Reconnect
devtools-queue-empty = The queue is empty.
devtools-queue-size = { $count } of { $max } operations, { $bytes } of { $limit }
devtools-queue-kind = Operation
devtools-queue-state = State
devtools-queue-attempts = Attempts
devtools-queue-bytes = Size
devtools-queue-age = Waited
devtools-queue-chat = Chat
devtools-queue-actions = Actions
devtools-queue-waiting = waiting
devtools-queue-sending = sending
devtools-queue-delayed = delayed
devtools-queue-failed = failed: { $code }
devtools-queue-expired = too old
devtools-queue-show-bodies = Show contents
devtools-queue-body-hidden = hidden
devtools-queue-body-none = no text
devtools-queue-body = Contents
devtools-log-filter = Filter events
devtools-log-pause = Pause
devtools-log-resume = Resume
devtools-log-clear = Clear
devtools-log-copy = Copy
devtools-log-empty = No events.
devtools-log-count =
    { $count ->
        [one] 1 event
       *[other] { $count } events
    }
devtools-log-time = Time
devtools-log-event = Event
devtools-log-code = Code
devtools-perf-connection = The connection
devtools-perf-success-rate = Successful connections
devtools-perf-mean-latency = Mean latency
devtools-perf-max-latency = Greatest latency
devtools-perf-mean-reply = Mean reply time
devtools-perf-losses = Losses
devtools-perf-fallbacks = Fallbacks to HTTP
devtools-perf-gaps = Gaps filled
devtools-perf-resets = Resets
devtools-perf-network = Time online, slow, offline
devtools-perf-messages = Messages
devtools-perf-send-rate = Successful sends
devtools-perf-queued = Queued
devtools-perf-acknowledged = Acknowledged
devtools-perf-delivered = Delivered
devtools-perf-failed = Failed
devtools-perf-retries = Retries
devtools-perf-mean-wait = From queue to acknowledgement
devtools-perf-per-request = Operations per request
devtools-perf-received = Received
devtools-perf-causes = Causes of failure
devtools-perf-page = The page
devtools-perf-frames = Frames per second
devtools-perf-slow-frames = Frames over 50 ms
devtools-perf-updates = Updates per second
devtools-perf-memory = JavaScript memory
devtools-perf-storage-used = Stored on the device
devtools-perf-behaviour = Usage
devtools-perf-chats-opened = Chats opened
devtools-perf-typing-spells = Spells of typing
devtools-perf-status-changes = Status changes
