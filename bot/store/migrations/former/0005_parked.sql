-- Messages that cannot be said as anything: out of the way of the others, with the reason.

-- As they stood in the outbox, whatever that is: nothing here is read but the columns below `late`.
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

-- The earliest message of a chat, and the oldest of all, are found without reading the others.
CREATE INDEX outbox_by_due ON outbox (account_id, chat_id, due_at);
CREATE INDEX outbox_by_age ON outbox (account_id, queued_at);
