-- Several sellers: their settings, each change of one, and which accounts are served.

ALTER TABLE accounts ADD COLUMN paused_at INTEGER;               -- nothing is fetched, said or answered for it
ALTER TABLE accounts ADD COLUMN removed_at INTEGER;              -- to be erased; not served any more
ALTER TABLE accounts ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;  -- the one of account_revision when it last changed

-- Counts every change of an account or its settings: a running service looks at nothing else to see that one is there.
CREATE TABLE account_revision (
    only     INTEGER PRIMARY KEY CHECK (only = 1),
    revision INTEGER NOT NULL
);
INSERT INTO account_revision (only, revision) VALUES (1, 1);

-- What an account's settings are, as they were typed; for the account `main` only what was set beside its files.
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

-- They had a table of their own.
INSERT INTO account_settings (account_id, name, value, is_secret, user_id, changed_at)
    SELECT account_id, name, ciphertext, 1, 0, changed_at FROM secrets;
DROP TABLE secrets;

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
