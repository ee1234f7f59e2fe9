-- What comes due by itself: reminders, and leads that nobody has claimed.

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

-- One message that calls out unclaimed leads; its page buttons need only its number.
CREATE TABLE callouts (
    callout_id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts,
    step       TEXT    NOT NULL,         -- 'group' or 'admins'
    made_at    INTEGER NOT NULL
);

-- Leads whose card was posted live while escalation was on.
CREATE TABLE escalations (
    lead_id        INTEGER PRIMARY KEY REFERENCES leads,
    account_id     INTEGER NOT NULL REFERENCES accounts,
    clock_at       INTEGER NOT NULL,     -- since when nobody has had it: posted, or released
    settled_at     INTEGER,              -- claimed, or called out as often as it will be; NULL: still to be looked at
    group_callout  INTEGER REFERENCES callouts,
    admins_callout INTEGER REFERENCES callouts
);
CREATE INDEX escalations_waiting ON escalations (account_id, clock_at) WHERE settled_at IS NULL;

-- Which leads a callout names, also after a lead was released and called out again.
CREATE TABLE callout_leads (
    callout_id INTEGER NOT NULL REFERENCES callouts,
    place      INTEGER NOT NULL,
    lead_id    INTEGER NOT NULL REFERENCES leads,
    PRIMARY KEY (callout_id, place)
) WITHOUT ROWID;

-- The WhatsApp greeting; kind '' is for every kind that has none of its own.
CREATE TABLE templates (
    account_id INTEGER NOT NULL REFERENCES accounts,
    kind       TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    user_id    INTEGER NOT NULL,         -- who saved it
    saved_at   INTEGER NOT NULL,
    PRIMARY KEY (account_id, kind)
) WITHOUT ROWID;
