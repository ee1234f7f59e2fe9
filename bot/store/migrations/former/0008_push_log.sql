-- What came of the latest pushes, for /status: nothing of the buyers. A kind of refusal has one row a day.
CREATE TABLE push_log (
    push_log_id INTEGER PRIMARY KEY,
    account_id  INTEGER NOT NULL REFERENCES accounts,
    received_at INTEGER NOT NULL,
    result      TEXT    NOT NULL,          -- intake/push_results.py
    number      INTEGER NOT NULL,          -- leads that were in it, or how often it was refused
    lead_id     INTEGER REFERENCES leads   -- the first of them
);
CREATE INDEX push_log_newest ON push_log (account_id, received_at);

-- The header that came with the bytes: it may name the charset they are read in when they are tried again.
ALTER TABLE pushes ADD COLUMN content_type TEXT NOT NULL DEFAULT '';
