-- A database of schema 1, with a row in every table.

CREATE TABLE accounts (
    account_id      INTEGER PRIMARY KEY,
    name            TEXT    NOT NULL UNIQUE,
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
    lead_id         INTEGER PRIMARY KEY,
    account_id      INTEGER NOT NULL REFERENCES accounts,
    identity        TEXT    NOT NULL,
    position        INTEGER NOT NULL,    -- order of enquiry: time and lead_id in one number, see store/leads.py
    kind            TEXT    NOT NULL,
    query_id        TEXT,
    enquired_at     INTEGER,
    stored_at       INTEGER NOT NULL,
    route           TEXT    NOT NULL,
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
    raw             TEXT    NOT NULL,
    -- what the team did
    status          TEXT    NOT NULL DEFAULT 'new',
    owner_id        INTEGER,
    claimed_at      INTEGER,
    UNIQUE (account_id, identity)
);

CREATE UNIQUE INDEX leads_by_position ON leads (account_id, position, kind, status);

CREATE INDEX leads_by_query_id ON leads (account_id, query_id) WHERE query_id IS NOT NULL;

CREATE INDEX leads_by_buyer ON leads (buyer_id, position, kind) WHERE buyer_id IS NOT NULL;

CREATE INDEX leads_by_batch ON leads (account_id, batch, position) WHERE batch IS NOT NULL;

CREATE TABLE lead_phones (
    account_id INTEGER NOT NULL REFERENCES accounts,
    reversed   TEXT    NOT NULL,
    position   INTEGER NOT NULL,
    PRIMARY KEY (account_id, reversed, position)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE lead_search USING fts5 (
    name, company, city, state, product, message, email,
    content = '', prefix = '1 2 3 4 5 6 8',
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);

INSERT INTO lead_search (lead_search, rank) VALUES ('hashsize', 8388608);

CREATE TABLE cards (
    lead_id         INTEGER PRIMARY KEY REFERENCES leads,
    account_id      INTEGER NOT NULL REFERENCES accounts,
    chat_id         INTEGER NOT NULL,    -- a card in another chat than the account's present one is void
    message_id      INTEGER NOT NULL,
    posted_at       INTEGER NOT NULL,
    late_by         INTEGER,             -- seconds
    late_reason     TEXT,
    nth             INTEGER NOT NULL,
    earlier_lead_id INTEGER REFERENCES leads,
    contact_at      INTEGER              -- when the contact was posted as a reply to the card
);

CREATE INDEX cards_by_message ON cards (chat_id, message_id);

CREATE TABLE outbox (
    outbox_id  INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: a row in flight may be gone meanwhile
    account_id INTEGER NOT NULL REFERENCES accounts,
    chat_id    INTEGER,                  -- NULL: the account's chat, wherever it moves
    turn       INTEGER NOT NULL,         -- who goes first; services/messenger.py, Turn
    what       TEXT    NOT NULL,
    lead_id    INTEGER REFERENCES leads,
    body       TEXT    NOT NULL DEFAULT '{}',
    queued_at  INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,         -- not before
    tries      INTEGER NOT NULL DEFAULT 0,
    late       TEXT                      -- why it will be late, if something already held it up
);

CREATE INDEX outbox_in_turn ON outbox (account_id, chat_id, turn, outbox_id);

CREATE UNIQUE INDEX outbox_once_per_lead ON outbox (lead_id, what) WHERE lead_id IS NOT NULL;

CREATE TABLE sends (
    chat_id INTEGER NOT NULL,
    sent_at REAL    NOT NULL
);

CREATE INDEX sends_by_chat ON sends (chat_id, sent_at);

CREATE TABLE faults (
    account_id INTEGER NOT NULL REFERENCES accounts,
    fault      TEXT    NOT NULL,
    since      INTEGER NOT NULL,
    message    TEXT    NOT NULL DEFAULT '',
    told_at    INTEGER,                  -- NULL: not yet worth telling
    PRIMARY KEY (account_id, fault)
) WITHOUT ROWID;

CREATE TABLE unreadable (
    unreadable_id INTEGER PRIMARY KEY,
    account_id    INTEGER NOT NULL REFERENCES accounts,
    digest        TEXT    NOT NULL,
    raw           TEXT    NOT NULL,
    reason        TEXT    NOT NULL,
    route         TEXT    NOT NULL,
    seen_at       INTEGER NOT NULL,
    UNIQUE (account_id, digest)
);

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
    old_chat_id INTEGER PRIMARY KEY,
    new_chat_id INTEGER NOT NULL,
    moved_at    INTEGER NOT NULL
);

CREATE TABLE views (
    view_id    INTEGER PRIMARY KEY,      -- made of the query; store/views.py
    account_id INTEGER NOT NULL REFERENCES accounts,
    query      TEXT    NOT NULL,
    created_at INTEGER NOT NULL
);

INSERT INTO accounts (account_id, name, connected_at, last_call_at, hold_until, last_outcome, last_answer_at, last_ok_at, last_new, wanted_from, longest_window, reread_at, batch, batch_listed)
VALUES (1, 'main', 1704285840, 1704285900, NULL, 'leads', 1704285901, 1704285901, 2, 1704199440, 43200, 1704285840, 1704285835, 1);

INSERT INTO coverage (account_id, starts_at, ends_at)
VALUES (1, 1704199440, 1704285900);

INSERT INTO buyers (buyer_id, account_id, created_at)
VALUES (1, 1, 1704285840);

INSERT INTO buyer_contacts (account_id, contact, buyer_id)
VALUES (1, '+919000000031', 1);

INSERT INTO leads (lead_id, account_id, identity, position, kind, query_id, enquired_at, stored_at, route, batch, buyer_id, name, company, mobile, mobile_alt, phone, phone_alt, email, email_alt, address, city, state, pincode, country, product, category, subject, message, quantity, order_value_min, order_value_max, requirement, call_seconds, receiver_mobile, raw, status, owner_id, claimed_at)
VALUES (1, 1, 'W:2640000001', 1829962986458972161, 'W', '2640000001', 1704285840, 1704285901, 'pull', NULL, 1, 'Asha Testwala', 'Testwala & Sons', '+919000000031', NULL, '+911200000001', NULL, 'asha.testwala@example.com', NULL, '12 Test Road', 'Ernakulam', 'Kerala', '683000', 'IN', '550 W Mono PERC PV Solar Module', 'Solar Modules', 'Requirement for solar modules', 'I am interested in पानी की टंकी', '500 piece', 3000, 10000, 'Business use', NULL, NULL, '{"UNIQUE_QUERY_ID": "2640000001"}', 'claimed', 77, 1704285960);

INSERT INTO lead_phones (account_id, reversed, position)
VALUES (1, '130000000919', 1829962986458972161);

INSERT INTO lead_phones (account_id, reversed, position)
VALUES (1, '100000002119', 1829962986458972161);

INSERT INTO lead_search (rowid, name, company, city, state, product, message, email)
VALUES (1829962986458972161, 'Asha Testwala', 'Testwala   Sons', 'Ernakulam', 'Kerala', '550 W Mono PERC PV Solar Module', 'I am interested in पानी की टंकी', 'asha testwala example com');

INSERT INTO cards (lead_id, account_id, chat_id, message_id, posted_at, late_by, late_reason, nth, earlier_lead_id, contact_at)
VALUES (1, 1, -1001, 5, 1704285902, 720, 'telegram', 1, NULL, NULL);

INSERT INTO outbox (outbox_id, account_id, chat_id, turn, what, lead_id, body, queued_at, due_at, tries, late)
VALUES (4, 1, NULL, 2, 'card', 1, '{}', 1704285901, 1704285901, 1, 'telegram');

INSERT INTO sends (chat_id, sent_at)
VALUES (-1001, 1704285902.25);

INSERT INTO faults (account_id, fault, since, message, told_at)
VALUES (1, 'wrong_key', 1704285840, 'the key is wrong', 1704285840);

INSERT INTO unreadable (unreadable_id, account_id, digest, raw, reason, route, seen_at)
VALUES (1, 1, '0000000000000000000000000000000000000000000000000000000000000000', '{"a": 1}', 'no time', 'pull', 1704285840);

INSERT INTO people (account_id, user_id, name, username, seen_at, left_at, started_at)
VALUES (1, 77, 'Ravi', 'ravi_t', 1704285840, NULL, 1704285840);

INSERT INTO moves (old_chat_id, new_chat_id, moved_at)
VALUES (-40, -1001, 1704285840);

INSERT INTO views (view_id, account_id, query, created_at)
VALUES (3, 1, '{"words": "solar"}', 1704285840);

PRAGMA user_version = 1;
