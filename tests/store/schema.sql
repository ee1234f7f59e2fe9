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
, paused_at INTEGER, removed_at INTEGER, revision INTEGER NOT NULL DEFAULT 1, let_go_at INTEGER, admins TEXT NOT NULL DEFAULT '[]', chat_id BIGINT, bot_id BIGINT);

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

CREATE TABLE "all_leads" (
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
    lost_reason     TEXT, seal_id INTEGER REFERENCES seals,
    UNIQUE (account_id, identity),
    UNIQUE (account_id, number)
);

CREATE INDEX leads_by_query_id ON "all_leads" (account_id, query_id) WHERE query_id IS NOT NULL;

CREATE INDEX leads_by_buyer ON "all_leads" (buyer_id, position, kind) WHERE buyer_id IS NOT NULL;

CREATE INDEX leads_by_batch ON "all_leads" (account_id, batch, position) WHERE batch IS NOT NULL;

CREATE TABLE lead_phones (
    account_id INTEGER NOT NULL REFERENCES accounts,
    reversed   TEXT    NOT NULL,
    position   INTEGER NOT NULL,
    PRIMARY KEY (account_id, reversed, position)
) WITHOUT ROWID;

CREATE TABLE cards (
    lead_id         INTEGER PRIMARY KEY REFERENCES "all_leads",
    account_id      INTEGER NOT NULL REFERENCES accounts,
    chat_id         INTEGER NOT NULL,    -- a card in another chat than the account's present one is void
    message_id      INTEGER NOT NULL,
    posted_at       INTEGER NOT NULL,
    edited_at       INTEGER,             -- the last edit: the next one of the same card keeps its distance
    late_by         INTEGER,             -- seconds
    late_reason     TEXT,
    nth             INTEGER NOT NULL,
    earlier_lead_id INTEGER REFERENCES "all_leads",
    contact_at      INTEGER              -- when the contact was posted as a reply to the card
, shows_number INTEGER NOT NULL DEFAULT 1, thread_id INTEGER);

CREATE INDEX cards_by_message ON cards (account_id, chat_id, message_id);

CREATE TABLE outbox (
    outbox_id  INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: a row in flight may be gone meanwhile
    account_id INTEGER NOT NULL REFERENCES accounts,
    chat_id    INTEGER,                  -- NULL: the account's chat, wherever it moves
    turn       INTEGER NOT NULL,         -- who goes first; domain/priority.py
    what       TEXT    NOT NULL,
    lead_id    INTEGER REFERENCES "all_leads",
    body       TEXT    NOT NULL DEFAULT '{}',
    queued_at  INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,         -- not before
    tries      INTEGER NOT NULL DEFAULT 0,
    late       TEXT,                     -- why it will be late, if something already held it up
    -- counts how often an edit was asked for: what changed while one was on its way is edited in once more
    revision   INTEGER NOT NULL DEFAULT 0
, thread_id INTEGER);

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
, thread_id INTEGER);

CREATE UNIQUE INDEX parked_once_per_lead ON parked (lead_id, what) WHERE lead_id IS NOT NULL;

CREATE INDEX parked_by_reason ON parked (account_id, reason);

CREATE INDEX parked_untold ON parked (account_id, reason) WHERE told_at IS NULL;

CREATE INDEX parked_told ON parked (account_id, told_at) WHERE told_at IS NOT NULL;

CREATE INDEX parked_old ON parked (parked_at);

CREATE TABLE sends (
    account_id INTEGER NOT NULL REFERENCES accounts,
    chat_id    INTEGER NOT NULL,
    sent_at    REAL    NOT NULL          -- fractions of a second since 1970
, held_until BIGINT);

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
    lead_id     INTEGER REFERENCES "all_leads" -- the first of them
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
    lead_id        INTEGER NOT NULL REFERENCES "all_leads",
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
    lead_id    INTEGER NOT NULL REFERENCES "all_leads",
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
    lead_id      INTEGER NOT NULL REFERENCES "all_leads",
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
    lead_id    INTEGER NOT NULL REFERENCES "all_leads",
    PRIMARY KEY (callout_id, place)
) WITHOUT ROWID;

CREATE TABLE escalations (
    lead_id        INTEGER PRIMARY KEY REFERENCES "all_leads",
    account_id     INTEGER NOT NULL REFERENCES accounts,
    clock_at       INTEGER NOT NULL,     -- since when nobody has had it: posted, or released
    settled_at     INTEGER,              -- claimed, or called out as often as it will be; NULL: still to be looked at
    group_callout  INTEGER REFERENCES callouts,
    admins_callout INTEGER REFERENCES callouts
, missed_clock INTEGER, look_at INTEGER NOT NULL DEFAULT 0);

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
, host TEXT NOT NULL DEFAULT '', pid INTEGER NOT NULL DEFAULT 0, version TEXT NOT NULL DEFAULT '', main TEXT NOT NULL DEFAULT '{}');

CREATE TABLE passed (
    passed_id INTEGER PRIMARY KEY CHECK (passed_id = 1),
    until     INTEGER NOT NULL
);

CREATE TABLE audit (
    audit_id   INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts,
    at         INTEGER NOT NULL,
    act        TEXT    NOT NULL,           -- store/audit.py, Seen
    lead_id    INTEGER REFERENCES "all_leads",   -- NULL: every lead at the positions from `low` up to before `high`
    low        INTEGER,
    high       INTEGER,
    user_id    INTEGER NOT NULL DEFAULT 0, -- 0: the whole team, or the command line
    machine    TEXT    NOT NULL DEFAULT '' -- the command line's: the user of the machine
, last_number BIGINT, last_seal BIGINT);

CREATE UNIQUE INDEX audit_once ON audit (account_id, lead_id, user_id, machine, act, at / 3600)
    WHERE lead_id IS NOT NULL;

CREATE INDEX audit_by_person ON audit (account_id, user_id, at);

CREATE INDEX audit_of_many ON audit (account_id, at) WHERE lead_id IS NULL;

CREATE INDEX audit_by_age ON audit (at);

CREATE TABLE private_cards (
    account_id INTEGER NOT NULL REFERENCES accounts,
    user_id    INTEGER NOT NULL,           -- also the chat's id
    message_id INTEGER NOT NULL,
    lead_id    INTEGER NOT NULL REFERENCES "all_leads",
    PRIMARY KEY (account_id, user_id, message_id)
) WITHOUT ROWID;

CREATE INDEX private_cards_by_lead ON private_cards (lead_id, user_id);

CREATE INDEX cards_with_number ON cards (account_id, lead_id) WHERE shows_number = 1;

CREATE TABLE do_not_call (
    buyer_id   INTEGER PRIMARY KEY REFERENCES buyers,
    account_id INTEGER NOT NULL REFERENCES accounts,
    user_id    INTEGER NOT NULL,           -- who noted it
    at         INTEGER NOT NULL
);

CREATE VIEW leads AS SELECT * FROM all_leads WHERE seal_id IS NULL;

CREATE TABLE seals (
    seal_id    INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts,
    cause      TEXT    NOT NULL,            -- 'wish' or 'age'
    sealed_at  INTEGER NOT NULL,            -- what a buyer enquires later is a new buyer's
    leads      INTEGER NOT NULL DEFAULT 0,
    is_urgent  INTEGER NOT NULL DEFAULT 0,  -- to be erased without waiting
    is_swept   INTEGER NOT NULL DEFAULT 0,  -- the search index is rid of their words
    erased_at  INTEGER                      -- when every page of the file was rid of them
);

CREATE INDEX seals_open ON seals (sealed_at) WHERE erased_at IS NULL;

CREATE TABLE sealed_rows (
    sealed_row_id INTEGER PRIMARY KEY,
    seal_id       INTEGER NOT NULL REFERENCES seals,
    body          TEXT    NOT NULL
);

CREATE INDEX sealed_rows_by_seal ON sealed_rows (seal_id);

CREATE TABLE seal_keys (
    key BLOB PRIMARY KEY
) WITHOUT ROWID;

CREATE TABLE seal_marks (
    account_id INTEGER NOT NULL REFERENCES accounts,
    mark       TEXT    NOT NULL,
    cause      TEXT    NOT NULL,
    sealed_at  INTEGER NOT NULL,
    seal_id    INTEGER REFERENCES seals,    -- NULL: of the database that a restored one replaced
    is_urgent  INTEGER NOT NULL,            -- what comes back with a restored backup is erased without waiting
    PRIMARY KEY (account_id, mark)
) WITHOUT ROWID;

CREATE TABLE reseals (
    reseal_id INTEGER PRIMARY KEY CHECK (reseal_id = 1)
);

CREATE TABLE response_times (
    lead_id           INTEGER PRIMARY KEY REFERENCES all_leads,
    account_id        INTEGER NOT NULL REFERENCES accounts,
    posted_at         INTEGER,           -- of a lead that came in live; NULL: nothing of it is timed
    indiamart_seconds INTEGER,           -- enquiry to stored
    leadbell_seconds  INTEGER,           -- stored to sent
    telegram_seconds  INTEGER,           -- sent to taken
    claim_id          INTEGER,           -- the change: the first one that was not undone
    claimed_by        INTEGER,
    claim_seconds     INTEGER,           -- of working time, since it was posted
    contact_id        INTEGER,
    contacted_by      INTEGER,
    contact_seconds   INTEGER            -- of working time, since it was posted
);

CREATE UNIQUE INDEX leads_by_position ON all_leads
    (account_id, position, kind, status, seal_id, owner_id, won_value, lost_reason);

CREATE INDEX leads_from_abroad ON all_leads (account_id, country, position)
    WHERE country <> 'IN' AND seal_id IS NULL;

CREATE INDEX leads_calls ON all_leads (account_id, position, call_seconds) WHERE kind = 'P' AND seal_id IS NULL;

CREATE INDEX leads_with_value ON all_leads (account_id, position, order_value_min, order_value_max)
    WHERE coalesce(order_value_max, order_value_min) IS NOT NULL AND seal_id IS NULL;

CREATE TABLE account_revision (
    only     INTEGER PRIMARY KEY CHECK (only = 1),
    revision INTEGER NOT NULL
);

CREATE TABLE account_settings (
    account_id INTEGER NOT NULL REFERENCES accounts,
    name       TEXT    NOT NULL,
    value      TEXT    NOT NULL,            -- encrypted with SECRET_KEY if it is a secret; '' = none, whatever a file says
    in_file    TEXT    NOT NULL DEFAULT '', -- what the files of `main` said when it was set, encrypted likewise
    is_secret  INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,            -- who set it, as in setting_changes
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, name)
) WITHOUT ROWID;

CREATE TABLE setting_changes (
    change_id  INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: buttons outlive their change
    account_id INTEGER NOT NULL REFERENCES accounts,
    name       TEXT    NOT NULL,
    before     TEXT,                        -- NULL: no row in account_settings
    after      TEXT,
    is_secret  INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,            -- in the chat; 0: not there
    machine    TEXT    NOT NULL             -- the command line's: the user of the machine
);

CREATE INDEX setting_changes_by_name ON setting_changes (account_id, name, change_id);

CREATE INDEX escalations_open ON escalations (account_id, look_at) WHERE settled_at IS NULL OR missed_clock IS NOT NULL;

CREATE INDEX escalations_due ON escalations (look_at, account_id) WHERE settled_at IS NULL OR missed_clock IS NOT NULL;

CREATE INDEX reminders_due ON reminders (due_at, account_id) WHERE fired_at IS NULL AND cancelled_at IS NULL;

CREATE VIRTUAL TABLE lead_search USING fts5 (
    name, company, city, state, product, message, email,
    prefix = '2 3 4 5 6 7 9',
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);

CREATE TABLE chosen_accounts (
    bot_id     INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts,
    chosen_at  INTEGER NOT NULL,
    PRIMARY KEY (bot_id, user_id)
) WITHOUT ROWID;

CREATE INDEX people_by_user ON people (user_id);

CREATE TABLE digests (
    account_id INTEGER NOT NULL REFERENCES accounts,
    audience   TEXT    NOT NULL,         -- domain/digest_times.py
    kind       TEXT    NOT NULL,
    wall       TEXT    NOT NULL,         -- the local date and time for which it was meant
    made_at    INTEGER NOT NULL,
    PRIMARY KEY (account_id, audience, kind, wall)
) WITHOUT ROWID;

CREATE INDEX digests_by_age ON digests (made_at);

CREATE INDEX changes_by_time ON changes (account_id, at);

CREATE TABLE routes (
    route_id    INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: buttons outlive their route
    account_id  INTEGER NOT NULL REFERENCES accounts,
    rank        INTEGER,
    query       TEXT    NOT NULL,
    destination TEXT    NOT NULL,         -- domain/routes.py
    chat_id     INTEGER,                  -- of a place; NULL: the account's chat, wherever it moves
    thread_id   INTEGER,                  -- of a place: the topic, 1 for General
    title       TEXT    NOT NULL DEFAULT '',        -- of a place, as it was called then
    user_ids    TEXT    NOT NULL DEFAULT '[]'       -- of people, in their order
);

CREATE INDEX routes_in_order ON routes (account_id, rank) WHERE rank IS NOT NULL;

CREATE TABLE route_changes (
    route_change_id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id      INTEGER NOT NULL REFERENCES accounts,
    route_id        INTEGER NOT NULL REFERENCES routes,
    at              INTEGER NOT NULL,
    user_id         INTEGER NOT NULL,
    act             TEXT    NOT NULL,     -- add, move, delete, undo
    before          TEXT    NOT NULL,     -- JSON array of route_ids
    after           TEXT    NOT NULL
);

CREATE INDEX route_changes_newest ON route_changes (account_id, route_change_id);

CREATE TABLE lead_routes (
    lead_id    INTEGER PRIMARY KEY REFERENCES all_leads,
    account_id INTEGER NOT NULL REFERENCES accounts,
    route_id   INTEGER NOT NULL REFERENCES routes,
    routed_at  INTEGER NOT NULL,
    reason     TEXT    NOT NULL,          -- domain/routes.py
    chat_id    INTEGER,                   -- where its card stands, or will; NULL: the account's chat
    thread_id  INTEGER,
    given_to   INTEGER,                   -- whose turn it was
    settled_at INTEGER                    -- they did something with it, or it went back to all; NULL: they still may
, told_at BIGINT);

CREATE INDEX lead_routes_by_route ON lead_routes (account_id, route_id, routed_at);

CREATE INDEX lead_routes_given ON lead_routes (account_id, given_to, lead_id) WHERE given_to IS NOT NULL;

CREATE INDEX lead_routes_unanswered ON lead_routes (account_id, routed_at)
    WHERE given_to IS NOT NULL AND settled_at IS NULL;

CREATE INDEX leads_in_hand ON all_leads (account_id, owner_id)
    WHERE owner_id IS NOT NULL AND status NOT IN ('won', 'lost', 'junk') AND seal_id IS NULL;

CREATE TABLE attendance (
    account_id INTEGER NOT NULL REFERENCES accounts,
    user_id    INTEGER NOT NULL,
    hours      TEXT,                      -- as they were typed; NULL: the account's
    away_since INTEGER,                   -- NULL: not away
    away_until INTEGER,                   -- NULL: until they say that they are back
    set_by     INTEGER NOT NULL,
    set_at     INTEGER NOT NULL,
    PRIMARY KEY (account_id, user_id)
) WITHOUT ROWID;

CREATE TABLE lost_topics (
    account_id INTEGER NOT NULL REFERENCES accounts,
    chat_id    INTEGER NOT NULL,
    thread_id  INTEGER NOT NULL,
    lost_at    INTEGER NOT NULL,
    PRIMARY KEY (account_id, chat_id, thread_id)
) WITHOUT ROWID;

CREATE TABLE webhooks (
    bot_id   INTEGER PRIMARY KEY,
    address  TEXT    NOT NULL,
    noted_at INTEGER NOT NULL
, former TEXT);

CREATE INDEX leads_by_owner ON all_leads (account_id, owner_id, position, status, seal_id) WHERE owner_id IS NOT NULL;

CREATE INDEX reminders_by_lead ON reminders (lead_id, made_at);

CREATE INDEX reminders_fired ON reminders (account_id, fired_at) WHERE fired_at IS NOT NULL AND cancelled_at IS NULL;

CREATE INDEX seals_of_account ON seals (account_id, sealed_at);

CREATE INDEX routes_of_account ON routes (account_id);

CREATE INDEX leads_unclaimed ON all_leads (account_id, position, owner_id, status, seal_id, batch, origin, kind)
    WHERE owner_id IS NULL AND status = 'new' AND seal_id IS NULL;

CREATE INDEX leads_to_call ON all_leads (account_id, position, claimed_at, owner_id, kind, buyer_id, status, seal_id)
    WHERE status = 'claimed' AND seal_id IS NULL;

CREATE INDEX leads_missed ON all_leads (account_id, position, call_seconds, owner_id, buyer_id, kind, status, seal_id)
    WHERE kind = 'P' AND status IN ('new', 'claimed') AND seal_id IS NULL;

CREATE TABLE gone_accounts (
    gone_id INTEGER PRIMARY KEY             -- the account_id of one that was erased
);

CREATE TABLE holds (
    bot_id   INTEGER PRIMARY KEY,           -- the number in front of its token
    username TEXT   NOT NULL DEFAULT '',
    run_id   INTEGER,                        -- of that process; NULL once it let go
    epoch    INTEGER NOT NULL DEFAULT 0      -- raised whenever it is taken
);

CREATE TABLE brought_updates (
    bot_id     INTEGER NOT NULL,
    update_id  INTEGER NOT NULL,
    brought_at INTEGER NOT NULL,
    body       TEXT   NOT NULL,
    PRIMARY KEY (bot_id, update_id)
);

CREATE INDEX brought_updates_by_age ON brought_updates (brought_at);

CREATE INDEX pushes_handed_on ON pushes (account_id, push_id) WHERE reason = 'handed on';

CREATE TABLE languages (
    bot_id    BIGINT NOT NULL,
    user_id   BIGINT NOT NULL,
    language  TEXT NOT NULL,
    is_chosen BIGINT NOT NULL,
    PRIMARY KEY (bot_id, user_id)
);

CREATE INDEX seals_at_work ON seals (account_id) WHERE erased_at IS NULL AND (is_urgent = 1 OR is_swept = 0);

CREATE TABLE last_faults (
    account_id BIGINT NOT NULL REFERENCES accounts,
    fault      TEXT NOT NULL,
    since      BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL,
    PRIMARY KEY (account_id, fault)
);

CREATE INDEX sends_held ON sends (account_id, held_until) WHERE held_until IS NOT NULL;
