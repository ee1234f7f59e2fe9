-- Who gets which leads, and who is not there.

-- A search, and where a lead goes that it finds; the first in order wins. A route that was deleted has no rank: leads
-- that it took still name it.
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

-- Who changed the routes when; with the order before and after, so that it can be undone.
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

-- Which route took a lead, decided when the lead was stored: what becomes of the route later changes nothing here.
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
);
CREATE INDEX lead_routes_by_route ON lead_routes (account_id, route_id, routed_at);
CREATE INDEX lead_routes_given ON lead_routes (account_id, given_to, lead_id) WHERE given_to IS NOT NULL;
CREATE INDEX lead_routes_unanswered ON lead_routes (account_id, routed_at)
    WHERE given_to IS NOT NULL AND settled_at IS NULL;

-- Leads that a person has in hand.
CREATE INDEX leads_in_hand ON all_leads (account_id, owner_id)
    WHERE owner_id IS NOT NULL AND status NOT IN ('won', 'lost', 'junk') AND seal_id IS NULL;

-- When people are there, where they said so.
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

-- Topics that were deleted: what was meant for them goes to the group itself.
CREATE TABLE lost_topics (
    account_id INTEGER NOT NULL REFERENCES accounts,
    chat_id    INTEGER NOT NULL,
    thread_id  INTEGER NOT NULL,
    lost_at    INTEGER NOT NULL,
    PRIMARY KEY (account_id, chat_id, thread_id)
) WITHOUT ROWID;

-- The topic of a message that is to be posted, and of a card that stands; NULL: the chat's own.
ALTER TABLE outbox ADD COLUMN thread_id INTEGER;
ALTER TABLE parked ADD COLUMN thread_id INTEGER;
ALTER TABLE cards ADD COLUMN thread_id INTEGER;
