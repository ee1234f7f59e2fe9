-- Pushed bodies that are not leads in the database yet: because they could not be read (reason), or because a crash or
-- a fault came between (no reason; they are tried again at the next start).
CREATE TABLE pushes (
    push_id     INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id  INTEGER NOT NULL REFERENCES accounts,
    received_at INTEGER NOT NULL,
    body        BLOB    NOT NULL,
    reason      TEXT
);
CREATE INDEX pushes_pending ON pushes (account_id, push_id) WHERE reason IS NULL;

-- Processes at work on this database, so that a second one is noticed. A row is gone after a clean stop.
CREATE TABLE runs (
    run_id     INTEGER PRIMARY KEY,
    started_at REAL NOT NULL,
    beat_at    REAL NOT NULL               -- fractions of a second since 1970
);

-- Where the account's own time begins: what is fetched from before it is history, however young.
ALTER TABLE accounts ADD COLUMN live_from INTEGER;
