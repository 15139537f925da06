-- The embedded store. Row ids are internal; the host product's `sub` stands in `users` alone, and a
-- message's row is named by its place, (chat, created_seq), which its reactions, edits, thread and
-- search terms share. Everything that is said is sealed: `body` and `value` hold ciphertext.

CREATE TABLE store_meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE users (
    id            INTEGER PRIMARY KEY,
    sub           TEXT NOT NULL UNIQUE,
    name          TEXT,
    avatar_url    TEXT,
    locale        TEXT,
    last_seen     INTEGER,
    private_seq   INTEGER NOT NULL DEFAULT 0,
    -- Removed private rows up to here are gone for good: an older cursor starts over.
    private_floor INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Who was erased and when, by keyed hash: their tokens of before are refused.
CREATE TABLE erasures (
    sub_hash BLOB PRIMARY KEY,
    at       INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE chats (
    id         INTEGER PRIMARY KEY,
    uuid       BLOB NOT NULL UNIQUE,
    -- The one counter: the newest commit of the chat.
    head       INTEGER NOT NULL,
    -- The commit that last changed this row's shared part.
    seq        INTEGER NOT NULL,
    members    INTEGER NOT NULL,
    active_at  INTEGER NOT NULL,
    -- The search index covers what was created up to here.
    indexed    INTEGER NOT NULL,
    history    TEXT NOT NULL,
    created_by INTEGER NOT NULL REFERENCES users,
    created_at INTEGER NOT NULL,
    title      TEXT,
    data_key   BLOB NOT NULL,
    -- What it was made from, by keyed hash: tells a repeat from a conflict.
    request    BLOB NOT NULL
) STRICT;

CREATE TABLE chat_participants (
    chat       INTEGER NOT NULL REFERENCES chats,
    user       INTEGER NOT NULL REFERENCES users,
    seq        INTEGER NOT NULL,
    role       TEXT NOT NULL,
    active     INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    joined_at  INTEGER NOT NULL,
    left_at    INTEGER,
    PRIMARY KEY (chat, user)
) WITHOUT ROWID, STRICT;
CREATE INDEX chat_participants_by_change ON chat_participants (chat, seq);
CREATE INDEX chat_participants_by_user ON chat_participants (user, active);

-- When members were in: from the commit that added them to the one that removed them.
CREATE TABLE memberships (
    chat     INTEGER NOT NULL REFERENCES chats,
    user     INTEGER NOT NULL REFERENCES users,
    from_seq INTEGER NOT NULL,
    to_seq   INTEGER,
    PRIMARY KEY (chat, user, from_seq)
) WITHOUT ROWID, STRICT;

CREATE TABLE messages (
    chat         INTEGER NOT NULL REFERENCES chats,
    created_seq  INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    sender       INTEGER NOT NULL REFERENCES users,
    deleted_at   INTEGER,
    uuid         BLOB NOT NULL,
    kind         TEXT,
    -- Both name messages of the same chat by their created_seq.
    reply_to     INTEGER,
    thread_root  INTEGER,
    thread_count INTEGER NOT NULL DEFAULT 0,
    created_at   INTEGER NOT NULL,
    edited_at    INTEGER,
    -- The commit that the present words came with, where it is not the first.
    worded_seq   INTEGER,
    -- What was sent, by keyed hash: tells a repeat from a conflict. Empty once erased.
    fingerprint  BLOB NOT NULL,
    body         BLOB,
    PRIMARY KEY (chat, created_seq)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX messages_by_uuid ON messages (uuid);
-- Only what was changed after it was created: the others are found by created_seq.
CREATE INDEX messages_by_change ON messages (chat, seq) WHERE seq <> created_seq;
CREATE INDEX messages_by_thread ON messages (chat, thread_root, created_seq) WHERE thread_root IS NOT NULL;

CREATE TABLE edits (
    chat    INTEGER NOT NULL,
    message INTEGER NOT NULL,
    -- The commit that this wording came with.
    seq     INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    body    BLOB NOT NULL,
    PRIMARY KEY (chat, message, seq),
    FOREIGN KEY (chat, message) REFERENCES messages (chat, created_seq)
) WITHOUT ROWID, STRICT;

CREATE TABLE reactions (
    chat    INTEGER NOT NULL,
    message INTEGER NOT NULL,
    user    INTEGER NOT NULL REFERENCES users,
    seq     INTEGER NOT NULL,
    -- A JSON array, in the order they were set; empty once all are taken back.
    emoji   TEXT NOT NULL,
    PRIMARY KEY (chat, message, user),
    FOREIGN KEY (chat, message) REFERENCES messages (chat, created_seq)
) WITHOUT ROWID, STRICT;
CREATE INDEX reactions_by_change ON reactions (chat, seq);

CREATE TABLE reaction_counts (
    chat    INTEGER NOT NULL,
    message INTEGER NOT NULL,
    emoji   TEXT NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (chat, message, emoji),
    FOREIGN KEY (chat, message) REFERENCES messages (chat, created_seq)
) WITHOUT ROWID, STRICT;

CREATE TABLE watermarks (
    chat      INTEGER NOT NULL REFERENCES chats,
    user      INTEGER NOT NULL REFERENCES users,
    delivered INTEGER NOT NULL,
    read      INTEGER NOT NULL,
    PRIMARY KEY (chat, user)
) WITHOUT ROWID, STRICT;

-- Every op but a send, which is remembered by its message.
CREATE TABLE op_ids (
    id          BLOB PRIMARY KEY,
    actor       INTEGER NOT NULL REFERENCES users,
    chat        INTEGER NOT NULL REFERENCES chats,
    seq         INTEGER NOT NULL,
    message     INTEGER,
    subject     INTEGER REFERENCES users,
    at          INTEGER NOT NULL,
    fingerprint BLOB NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX op_ids_by_age ON op_ids (at);

CREATE TABLE private_rows (
    user  INTEGER NOT NULL REFERENCES users,
    key   BLOB NOT NULL,
    seq   INTEGER NOT NULL,
    value BLOB,
    PRIMARY KEY (user, key)
) WITHOUT ROWID, STRICT;
CREATE INDEX private_rows_by_change ON private_rows (user, seq);

CREATE TABLE private_op_ids (
    user        INTEGER NOT NULL REFERENCES users,
    id          BLOB NOT NULL,
    at          INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    PRIMARY KEY (user, id)
) WITHOUT ROWID, STRICT;
CREATE INDEX private_op_ids_by_age ON private_op_ids (at);

-- Keyed hashes of words, under the chat's search key.
CREATE TABLE search_terms (
    chat    INTEGER NOT NULL,
    term    INTEGER NOT NULL,
    message INTEGER NOT NULL,
    PRIMARY KEY (chat, term, message)
) WITHOUT ROWID, STRICT;

-- Messages whose indexed wording is no longer theirs: `body` is that wording, sealed.
CREATE TABLE search_pending (
    chat    INTEGER NOT NULL REFERENCES chats,
    message INTEGER NOT NULL,
    body    BLOB NOT NULL,
    PRIMARY KEY (chat, message)
) WITHOUT ROWID, STRICT;
