-- A database of 0001 (version 11), with a row in every table.

CREATE TABLE accounts (
    account_id      INTEGER PRIMARY KEY,
    name            TEXT    NOT NULL UNIQUE,
    last_number     INTEGER NOT NULL DEFAULT 0,  -- of its leads; never goes back, so that no number is given out twice
    -- Telegram
    connected_at    INTEGER,             -- when the first "connected" was queued; NULL before
    -- the call budget: written before a call goes out, so that no restart and no second process calls early
    last_call_at    INTEGER,
    hold_until      INTEGER,             -- IndiaMART asked to wait till then
    -- health
    last_outcome    TEXT,
    last_answer_at  INTEGER,
    last_ok_at      INTEGER,
    last_new        INTEGER NOT NULL DEFAULT 0,
    -- how far back leads are wanted, and what is known about fetching them
    wanted_from     INTEGER,
    live_from       INTEGER,             -- where the account's own time begins: what is fetched from before is history
    longest_window  INTEGER,             -- seconds; NULL = as long as the API allows; halved when answers are cut short
    reread_at       INTEGER,             -- the last daily re-read
    -- the run of old leads that is under way
    batch           INTEGER,             -- NULL: none
    batch_listed    INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE coverage (
    account_id INTEGER NOT NULL REFERENCES accounts,
    starts_at  INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,
    PRIMARY KEY (account_id, starts_at)
) WITHOUT ROWID;

CREATE TABLE buyers (
    buyer_id   INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts,
    created_at INTEGER NOT NULL
);

CREATE TABLE buyer_contacts (
    account_id INTEGER NOT NULL REFERENCES accounts,
    contact    TEXT    NOT NULL,
    buyer_id   INTEGER NOT NULL REFERENCES buyers,
    PRIMARY KEY (account_id, contact)
) WITHOUT ROWID;

CREATE TABLE leads (
    lead_id         INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: buttons outlive their lead
    account_id      INTEGER NOT NULL REFERENCES accounts,
    number          INTEGER NOT NULL,    -- what people see and type (#1234): each account counts its own leads
    identity        TEXT    NOT NULL,
    position        INTEGER NOT NULL,    -- order of enquiry: time and lead_id in one number, see store/positions.py
    kind            TEXT    NOT NULL,
    query_id        TEXT,
    enquired_at     INTEGER,
    stored_at       INTEGER NOT NULL,
    origin          TEXT    NOT NULL,    -- pull, push, import
    batch           INTEGER,             -- old leads of one run, listed rather than posted as cards
    buyer_id        INTEGER REFERENCES buyers,
    name            TEXT,
    company         TEXT,
    mobile          TEXT,
    mobile_alt      TEXT,
    phone           TEXT,
    phone_alt       TEXT,
    email           TEXT,
    email_alt       TEXT,
    address         TEXT,
    city            TEXT,
    state           TEXT,
    pincode         TEXT,
    country         TEXT,
    product         TEXT,
    category        TEXT,
    subject         TEXT,
    message         TEXT,
    quantity        TEXT,
    order_value_min INTEGER,             -- rupees
    order_value_max INTEGER,
    requirement     TEXT,
    call_seconds    INTEGER,
    receiver_mobile TEXT,
    member_since    TEXT,                -- since when the buyer has been on IndiaMART, as v1 sends it (IM_MEMBER_SINCE)
    raw             TEXT    NOT NULL,
    -- what the team did
    status          TEXT    NOT NULL DEFAULT 'new',
    owner_id        INTEGER,
    claimed_at      INTEGER,
    won_value       INTEGER,             -- rupees; NULL: not won, or nobody said
    lost_reason     TEXT,
    UNIQUE (account_id, identity),
    UNIQUE (account_id, number)
);

CREATE UNIQUE INDEX leads_by_position ON leads (account_id, position, kind, status);

CREATE INDEX leads_by_query_id ON leads (account_id, query_id) WHERE query_id IS NOT NULL;

CREATE INDEX leads_by_buyer ON leads (buyer_id, position, kind) WHERE buyer_id IS NOT NULL;

CREATE INDEX leads_by_batch ON leads (account_id, batch, position) WHERE batch IS NOT NULL;

CREATE INDEX leads_unclaimed ON leads (account_id, position) WHERE owner_id IS NULL AND status = 'new';

CREATE INDEX leads_by_owner ON leads (account_id, owner_id, position) WHERE owner_id IS NOT NULL;

CREATE TABLE lead_phones (
    account_id INTEGER NOT NULL REFERENCES accounts,
    reversed   TEXT    NOT NULL,
    position   INTEGER NOT NULL,
    PRIMARY KEY (account_id, reversed, position)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE lead_search USING fts5 (
    name, company, city, state, product, message, email,
    prefix = '1 2 3 4 5 6 8',
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);

INSERT INTO lead_search (lead_search, rank) VALUES ('hashsize', 8388608);

CREATE TABLE cards (
    lead_id         INTEGER PRIMARY KEY REFERENCES leads,
    account_id      INTEGER NOT NULL REFERENCES accounts,
    chat_id         INTEGER NOT NULL,    -- a card in another chat than the account's present one is void
    message_id      INTEGER NOT NULL,
    posted_at       INTEGER NOT NULL,
    edited_at       INTEGER,             -- the last edit: the next one of the same card keeps its distance
    late_by         INTEGER,             -- seconds
    late_reason     TEXT,
    nth             INTEGER NOT NULL,
    earlier_lead_id INTEGER REFERENCES leads,
    contact_at      INTEGER              -- when the contact was posted as a reply to the card
);

CREATE INDEX cards_by_message ON cards (account_id, chat_id, message_id);

CREATE TABLE outbox (
    outbox_id  INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: a row in flight may be gone meanwhile
    account_id INTEGER NOT NULL REFERENCES accounts,
    chat_id    INTEGER,                  -- NULL: the account's chat, wherever it moves
    turn       INTEGER NOT NULL,         -- who goes first; domain/priority.py
    what       TEXT    NOT NULL,
    lead_id    INTEGER REFERENCES leads,
    body       TEXT    NOT NULL DEFAULT '{}',
    queued_at  INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,         -- not before
    tries      INTEGER NOT NULL DEFAULT 0,
    late       TEXT,                     -- why it will be late, if something already held it up
    -- counts how often an edit was asked for: what changed while one was on its way is edited in once more
    revision   INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX outbox_in_turn ON outbox (account_id, chat_id, turn, outbox_id);

CREATE UNIQUE INDEX outbox_once_per_lead ON outbox (lead_id, what) WHERE lead_id IS NOT NULL;

CREATE INDEX outbox_by_due ON outbox (account_id, chat_id, due_at);

CREATE INDEX outbox_by_age ON outbox (account_id, queued_at);

CREATE TABLE parked (
    parked_id  INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts,
    chat_id    INTEGER,
    turn       INTEGER NOT NULL,
    what       TEXT    NOT NULL,
    lead_id    INTEGER,                  -- may name a lead that is not here: that can be the reason
    body       TEXT    NOT NULL,
    queued_at  INTEGER NOT NULL,
    late       TEXT,
    reason     TEXT    NOT NULL,         -- store/parked.py, Reason
    version    TEXT    NOT NULL,         -- the program that could not say it; another one tries it once more
    parked_at  INTEGER NOT NULL,
    told_at    INTEGER                   -- when the admins were told; NULL: not yet
);

CREATE UNIQUE INDEX parked_once_per_lead ON parked (lead_id, what) WHERE lead_id IS NOT NULL;

CREATE INDEX parked_by_reason ON parked (account_id, reason);

CREATE INDEX parked_untold ON parked (account_id, reason) WHERE told_at IS NULL;

CREATE INDEX parked_told ON parked (account_id, told_at) WHERE told_at IS NOT NULL;

CREATE INDEX parked_old ON parked (parked_at);

CREATE TABLE sends (
    account_id INTEGER NOT NULL REFERENCES accounts,
    chat_id    INTEGER NOT NULL,
    sent_at    REAL    NOT NULL          -- fractions of a second since 1970
);

CREATE INDEX sends_by_age ON sends (account_id, sent_at);

CREATE TABLE faults (
    account_id INTEGER NOT NULL REFERENCES accounts,
    fault      TEXT    NOT NULL,
    since      INTEGER NOT NULL,
    message    TEXT    NOT NULL DEFAULT '',
    told_at    INTEGER,                  -- NULL: not yet worth telling
    PRIMARY KEY (account_id, fault)
) WITHOUT ROWID;

CREATE TABLE notices (
    account_id INTEGER NOT NULL REFERENCES accounts,
    kind       TEXT    NOT NULL,
    began_at   INTEGER NOT NULL,
    told       INTEGER NOT NULL,
    held       INTEGER NOT NULL,
    PRIMARY KEY (account_id, kind)
) WITHOUT ROWID;

CREATE TABLE unreadable (
    unreadable_id INTEGER PRIMARY KEY,
    account_id    INTEGER NOT NULL REFERENCES accounts,
    digest        TEXT    NOT NULL,
    raw           TEXT    NOT NULL,
    reason        TEXT    NOT NULL,
    origin        TEXT    NOT NULL,
    seen_at       INTEGER NOT NULL,
    UNIQUE (account_id, digest)
);

CREATE INDEX unreadable_by_age ON unreadable (seen_at);

CREATE TABLE field_names (
    account_id INTEGER NOT NULL REFERENCES accounts,
    name       TEXT    NOT NULL,
    seen_at    INTEGER NOT NULL,
    PRIMARY KEY (account_id, name)
) WITHOUT ROWID;

CREATE TABLE pushes (
    push_id      INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id   INTEGER NOT NULL REFERENCES accounts,
    received_at  INTEGER NOT NULL,
    body         BLOB    NOT NULL,
    -- the header that came with the bytes: it may name the charset they are read in when they are tried again
    content_type TEXT    NOT NULL DEFAULT '',
    digest       TEXT,                   -- SHA-256 of the body; NULL for one that was kept before this column came
    reason       TEXT
);

CREATE INDEX pushes_pending ON pushes (account_id, push_id) WHERE reason IS NULL;

CREATE UNIQUE INDEX pushes_once ON pushes (account_id, digest);

CREATE INDEX pushes_by_age ON pushes (received_at) WHERE reason IS NOT NULL;

CREATE TABLE push_log (
    push_log_id INTEGER PRIMARY KEY,
    account_id  INTEGER NOT NULL REFERENCES accounts,
    received_at INTEGER NOT NULL,
    result      TEXT    NOT NULL,        -- intake/push_results.py
    number      INTEGER NOT NULL,        -- leads that were in it, or how often it was refused
    lead_id     INTEGER REFERENCES leads -- the first of them
);

CREATE INDEX push_log_newest ON push_log (account_id, received_at);

CREATE TABLE people (
    account_id INTEGER NOT NULL REFERENCES accounts,
    user_id    INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    username   TEXT,
    seen_at    INTEGER,                  -- last act in the account's chat
    left_at    INTEGER,                  -- NULL: not seen to leave since
    started_at INTEGER,                  -- pressed Start in private
    PRIMARY KEY (account_id, user_id)
) WITHOUT ROWID;

CREATE TABLE moves (
    account_id  INTEGER NOT NULL REFERENCES accounts,
    old_chat_id INTEGER NOT NULL,
    new_chat_id INTEGER NOT NULL,
    moved_at    INTEGER NOT NULL,
    PRIMARY KEY (account_id, old_chat_id)
) WITHOUT ROWID;

CREATE TABLE views (
    view_id    INTEGER PRIMARY KEY,      -- made of the query; store/views.py
    account_id INTEGER NOT NULL REFERENCES accounts,
    query      TEXT    NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE INDEX views_by_age ON views (created_at);

CREATE TABLE changes (
    change_id      INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: buttons outlive their change
    account_id     INTEGER NOT NULL REFERENCES accounts,
    lead_id        INTEGER NOT NULL REFERENCES leads,
    at             INTEGER NOT NULL,
    user_id        INTEGER NOT NULL,
    act            TEXT    NOT NULL,     -- claim, release, reassign, status, undo
    undoes         INTEGER REFERENCES changes,
    owner_before   INTEGER,
    owner_after    INTEGER,
    claimed_before INTEGER,
    claimed_after  INTEGER,
    status_before  TEXT    NOT NULL,
    status_after   TEXT    NOT NULL,
    value_before   INTEGER,
    value_after    INTEGER,
    reason_before  TEXT,
    reason_after   TEXT
);

CREATE INDEX changes_by_lead ON changes (lead_id, change_id);

CREATE TABLE notes (
    note_id    INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts,
    lead_id    INTEGER NOT NULL REFERENCES leads,
    user_id    INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    text       TEXT    NOT NULL,
    chat_id    INTEGER,                  -- the message it was read from, so that one that Telegram brings again
    message_id INTEGER,                  -- is noted once
    UNIQUE (account_id, chat_id, message_id)
);

CREATE INDEX notes_by_lead ON notes (lead_id, note_id);

CREATE TABLE reminders (
    reminder_id  INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: buttons outlive their reminder
    account_id   INTEGER NOT NULL REFERENCES accounts,
    lead_id      INTEGER NOT NULL REFERENCES leads,
    user_id      INTEGER NOT NULL,       -- who set it, and is mentioned
    text         TEXT    NOT NULL DEFAULT '',
    made_at      INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,
    fired_at     INTEGER,                -- when its message was queued; NULL before
    cancelled_at INTEGER
);

CREATE INDEX reminders_waiting ON reminders (account_id, due_at) WHERE fired_at IS NULL AND cancelled_at IS NULL;

CREATE INDEX reminders_by_person ON reminders (account_id, user_id, due_at)
    WHERE fired_at IS NULL AND cancelled_at IS NULL;

CREATE INDEX reminders_by_end ON reminders (coalesce(fired_at, cancelled_at));

CREATE TABLE callouts (
    callout_id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts,
    step       TEXT    NOT NULL,         -- 'group' or 'admins'
    made_at    INTEGER NOT NULL
);

CREATE INDEX callouts_by_age ON callouts (made_at);

CREATE TABLE callout_leads (
    callout_id INTEGER NOT NULL REFERENCES callouts,
    place      INTEGER NOT NULL,
    lead_id    INTEGER NOT NULL REFERENCES leads,
    PRIMARY KEY (callout_id, place)
) WITHOUT ROWID;

CREATE TABLE escalations (
    lead_id        INTEGER PRIMARY KEY REFERENCES leads,
    account_id     INTEGER NOT NULL REFERENCES accounts,
    clock_at       INTEGER NOT NULL,     -- since when nobody has had it: posted, or released
    settled_at     INTEGER,              -- claimed, or called out as often as it will be; NULL: still to be looked at
    group_callout  INTEGER REFERENCES callouts,
    admins_callout INTEGER REFERENCES callouts
);

CREATE INDEX escalations_waiting ON escalations (account_id, clock_at) WHERE settled_at IS NULL;

CREATE INDEX escalations_by_end ON escalations (settled_at) WHERE settled_at IS NOT NULL;

CREATE INDEX escalations_by_group_callout ON escalations (group_callout) WHERE group_callout IS NOT NULL;

CREATE INDEX escalations_by_admins_callout ON escalations (admins_callout) WHERE admins_callout IS NOT NULL;

CREATE TABLE templates (
    account_id INTEGER NOT NULL REFERENCES accounts,
    kind       TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    user_id    INTEGER NOT NULL,         -- who saved it
    saved_at   INTEGER NOT NULL,
    PRIMARY KEY (account_id, kind)
) WITHOUT ROWID;

CREATE TABLE runs (
    run_id     INTEGER PRIMARY KEY,
    started_at REAL    NOT NULL,         -- fractions of a second since 1970
    beat_at    REAL    NOT NULL
);

CREATE TABLE passed (
    passed_id INTEGER PRIMARY KEY CHECK (passed_id = 1),
    until     INTEGER NOT NULL
);

INSERT INTO accounts (account_id, name, last_number, connected_at, last_call_at, hold_until, last_outcome,
    last_answer_at, last_ok_at, last_new, wanted_from, live_from, longest_window, reread_at, batch, batch_listed)
VALUES (1, 'main', 7, 1704285840, 1704285900, NULL, 'leads', 1704285901, 1704285901, 2, 1704199440, 1704199440, 43200, 1704285840, 1704285835, 1);

INSERT INTO coverage (account_id, starts_at, ends_at)
VALUES (1, 1704199440, 1704285900);

INSERT INTO buyers (buyer_id, account_id, created_at)
VALUES (1, 1, 1704285840);

INSERT INTO buyers (buyer_id, account_id, created_at)
VALUES (2, 1, 1704285850);

INSERT INTO buyer_contacts (account_id, contact, buyer_id)
VALUES (1, '+919000000031', 1);

INSERT INTO leads (lead_id, account_id, number, identity, position, kind, query_id, enquired_at, stored_at, origin,
    batch, buyer_id, name, company, mobile, mobile_alt, phone, phone_alt, email, email_alt, address, city, state,
    pincode, country, product, category, subject, message, quantity, order_value_min, order_value_max, requirement,
    call_seconds, receiver_mobile, member_since, raw, status, owner_id, claimed_at, won_value, lost_reason)
VALUES (1, 1, 1, 'W:2640000001', 1829962986458972161, 'W', '2640000001', 1704285840, 1704285901, 'pull', NULL, 1, 'Asha Testwala', 'Testwala & Sons', '+919000000031', NULL, '+911200000001', NULL, 'asha.testwala@example.com', NULL, '12 Test Road', 'Ernakulam', 'Kerala', '683000', 'IN', '550 W Mono PERC PV Solar Module', 'Solar Modules', 'Requirement for solar modules', 'I am interested in पानी की टंकी', '500 piece', 3000, 10000, 'Business use', NULL, NULL, '2014', '{"UNIQUE_QUERY_ID": "2640000001"}', 'won', 77, 1704285960, 5000, NULL);

INSERT INTO leads (lead_id, account_id, number, identity, position, kind, query_id, enquired_at, stored_at, origin,
    batch, buyer_id, name, company, mobile, mobile_alt, phone, phone_alt, email, email_alt, address, city, state,
    pincode, country, product, category, subject, message, quantity, order_value_min, order_value_max, requirement,
    call_seconds, receiver_mobile, member_since, raw, status, owner_id, claimed_at, won_value, lost_reason)
VALUES (7, 1, 7, 'P:9', 1829962996122648583, 'P', NULL, NULL, 1704285850, 'push', 3, 2, 'मोहन', NULL, NULL, NULL, NULL, NULL, 'm@b.example', NULL, NULL, 'Surat', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', 'new', NULL, NULL, NULL, NULL);

INSERT INTO lead_phones (account_id, reversed, position)
VALUES (1, '100000002119', 1829962986458972161);

INSERT INTO lead_phones (account_id, reversed, position)
VALUES (1, '130000000919', 1829962986458972161);

INSERT INTO lead_search (rowid, name, company, city, state, product, message, email)
VALUES (1829962986458972161, 'Asha Testwala', 'Testwala   Sons', 'Ernakulam', 'Kerala', '550 W Mono PERC PV Solar Module', 'I am interested in पानी की टंकी', 'asha testwala example com ');

INSERT INTO lead_search (rowid, name, company, city, state, product, message, email)
VALUES (1829962996122648583, 'मोहन', '', 'Surat', '', '', '', 'm b example ');

INSERT INTO cards (lead_id, account_id, chat_id, message_id, posted_at, edited_at, late_by, late_reason, nth,
    earlier_lead_id, contact_at)
VALUES (1, 1, -1001, 5, 1704285902, 1704285964, 720, 'telegram', 1, NULL, NULL);

INSERT INTO outbox (outbox_id, account_id, chat_id, turn, what, lead_id, body, queued_at, due_at, tries, late,
    revision)
VALUES (4, 1, NULL, 2, 'card', 1, '{}', 1704285901, 1704285901, 1, 'telegram', 2);

INSERT INTO parked (parked_id, account_id, chat_id, turn, what, lead_id, body, queued_at, late, reason, version,
    parked_at, told_at)
VALUES (1, 1, NULL, 2, 'card', 404, '{}', 5, NULL, 'lead_missing', '0.1.0', 6, NULL);

INSERT INTO sends (account_id, chat_id, sent_at)
VALUES (1, -1001, 1704285902.25);

INSERT INTO faults (account_id, fault, since, message, told_at)
VALUES (1, 'wrong_key', 1704285840, 'the key is wrong', 1704285840);

INSERT INTO notices (account_id, kind, began_at, told, held)
VALUES (1, 'unreadable', 1704285850, 3, 2);

INSERT INTO unreadable (unreadable_id, account_id, digest, raw, reason, origin, seen_at)
VALUES (1, 1, '0000000000000000000000000000000000000000000000000000000000000000', '{"a": 1}', 'no time', 'pull', 1704285840);

INSERT INTO field_names (account_id, name, seen_at)
VALUES (1, 'QUERY_MOOD', 1704285901);

INSERT INTO pushes (push_id, account_id, received_at, body, content_type, digest, reason)
VALUES (4, 1, 5, X'00FF', '', 'd1', 'no row');

INSERT INTO push_log (push_log_id, account_id, received_at, result, number, lead_id)
VALUES (1, 1, 1704285850, 'stored', 1, 7);

INSERT INTO people (account_id, user_id, name, username, seen_at, left_at, started_at)
VALUES (1, 77, 'Ravi', 'ravi_t', 1704285840, NULL, 1704285840);

INSERT INTO moves (account_id, old_chat_id, new_chat_id, moved_at)
VALUES (1, -40, -1001, 1704285840);

INSERT INTO views (view_id, account_id, query, created_at)
VALUES (3, 1, '{"words": "solar"}', 1704285840);

INSERT INTO changes (change_id, account_id, lead_id, at, user_id, act, undoes, owner_before, owner_after,
    claimed_before, claimed_after, status_before, status_after, value_before, value_after, reason_before,
    reason_after)
VALUES (1, 1, 1, 1704285960, 77, 'claim', NULL, NULL, 77, NULL, NULL, 'new', 'claimed', NULL, NULL, NULL, NULL);

INSERT INTO changes (change_id, account_id, lead_id, at, user_id, act, undoes, owner_before, owner_after,
    claimed_before, claimed_after, status_before, status_after, value_before, value_after, reason_before,
    reason_after)
VALUES (2, 1, 1, 1704285961, 77, 'undo', 1, NULL, NULL, NULL, NULL, 'claimed', 'new', NULL, NULL, NULL, NULL);

INSERT INTO notes (note_id, account_id, lead_id, user_id, at, text, chat_id, message_id)
VALUES (1, 1, 1, 77, 1704285962, 'wants a price', -1001, 6);

INSERT INTO notes (note_id, account_id, lead_id, user_id, at, text, chat_id, message_id)
VALUES (2, 1, 7, 77, 1704285963, 'later', NULL, NULL);

INSERT INTO reminders (reminder_id, account_id, lead_id, user_id, text, made_at, due_at, fired_at, cancelled_at)
VALUES (3, 1, 1, 77, 'call', 1704285965, 1704289565, NULL, NULL);

INSERT INTO callouts (callout_id, account_id, step, made_at)
VALUES (1, 1, 'group', 1704286500);

INSERT INTO callout_leads (callout_id, place, lead_id)
VALUES (1, 0, 7);

INSERT INTO escalations (lead_id, account_id, clock_at, settled_at, group_callout, admins_callout)
VALUES (7, 1, 1704285850, NULL, 1, NULL);

INSERT INTO templates (account_id, kind, text, user_id, saved_at)
VALUES (1, 'W', 'Namaste {name}', 77, 5);

INSERT INTO runs (run_id, started_at, beat_at)
VALUES (2, 1704285840.5, 1704285841.5);

INSERT INTO passed (passed_id, until)
VALUES (1, 1704285900);

UPDATE sqlite_sequence SET seq = 4 WHERE name = 'outbox';

UPDATE sqlite_sequence SET seq = 9 WHERE name = 'pushes';

UPDATE sqlite_sequence SET seq = 2 WHERE name = 'changes';

UPDATE sqlite_sequence SET seq = 5 WHERE name = 'reminders';

UPDATE sqlite_sequence SET seq = 1 WHERE name = 'callouts';

UPDATE sqlite_sequence SET seq = 7 WHERE name = 'leads';

PRAGMA user_version = 11;
