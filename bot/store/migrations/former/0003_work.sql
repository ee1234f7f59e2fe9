-- Working a lead: who has it, what became of it, and every change as a row.

ALTER TABLE leads ADD COLUMN won_value INTEGER;   -- rupees; NULL: not won, or nobody said
ALTER TABLE leads ADD COLUMN lost_reason TEXT;
CREATE INDEX leads_unclaimed ON leads (account_id, position) WHERE owner_id IS NULL AND status = 'new';
CREATE INDEX leads_by_owner ON leads (account_id, owner_id, position) WHERE owner_id IS NOT NULL;

ALTER TABLE cards ADD COLUMN edited_at INTEGER;   -- the last edit: the next one of the same card keeps its distance

-- Counts how often an edit was asked for: what changed while one was on its way is edited in once more.
ALTER TABLE outbox ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

-- What somebody did to a lead, with the lead before and after, so that it can be undone.
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
    UNIQUE (chat_id, message_id)
);
CREATE INDEX notes_by_lead ON notes (lead_id, note_id);
