-- Times are whole seconds since 1970, UTC, unless a column says otherwise.

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

-- Spans of time already fetched; they never overlap or touch.
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

-- What tells that two leads are one buyer's: an E.164 mobile, or `mail:` and an address where a lead had no phone.
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

-- Every number of a lead, digits backwards: the last digits people remember are then a prefix.
CREATE TABLE lead_phones (
    account_id INTEGER NOT NULL REFERENCES accounts,
    reversed   TEXT    NOT NULL,
    position   INTEGER NOT NULL,
    PRIMARY KEY (account_id, reversed, position)
) WITHOUT ROWID;

-- rowid = leads.position, so that the newest come first without sorting. The categories keep Devanagari's vowel signs
-- (Mn, Mc), which unicode61 would drop by itself. The lengths of beginnings are those of store/matching.py.
CREATE VIRTUAL TABLE lead_search USING fts5 (
    name, company, city, state, product, message, email,
    content = '', prefix = '1 2 3 4 5 6 8',
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);

-- Bytes of words that are collected before they are written: thousands of leads at once are then few segments.
INSERT INTO lead_search (lead_search, rank) VALUES ('hashsize', 8388608);

-- A lead's one message in the account's chat.
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

-- What is still to be said. A row leaves in the transaction that records that it was said.
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

-- Times of writing calls per chat, for pacing across restarts.
CREATE TABLE sends (
    chat_id INTEGER NOT NULL,
    sent_at REAL    NOT NULL
);
CREATE INDEX sends_by_chat ON sends (chat_id, sent_at);

-- A lasting trouble, from its start to its end.
CREATE TABLE faults (
    account_id INTEGER NOT NULL REFERENCES accounts,
    fault      TEXT    NOT NULL,
    since      INTEGER NOT NULL,
    message    TEXT    NOT NULL DEFAULT '',
    told_at    INTEGER,                  -- NULL: not yet worth telling
    PRIMARY KEY (account_id, fault)
) WITHOUT ROWID;

-- Rows and pushed bodies that are no leads, as they came.
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

-- People whom the bot saw act.
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

-- Groups that became supergroups.
CREATE TABLE moves (
    old_chat_id INTEGER PRIMARY KEY,
    new_chat_id INTEGER NOT NULL,
    moved_at    INTEGER NOT NULL
);

-- What a list shows, so that its page buttons need only a number.
CREATE TABLE views (
    view_id    INTEGER PRIMARY KEY,      -- made of the query; store/views.py
    account_id INTEGER NOT NULL REFERENCES accounts,
    query      TEXT    NOT NULL,
    created_at INTEGER NOT NULL
);
