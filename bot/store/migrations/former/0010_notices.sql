-- How often a kind of thing was told since its hour began, and how much was held back: a restart must not repeat it.
CREATE TABLE notices (
    account_id INTEGER NOT NULL REFERENCES accounts,
    kind       TEXT    NOT NULL,
    began_at   INTEGER NOT NULL,
    told       INTEGER NOT NULL,
    held       INTEGER NOT NULL,
    PRIMARY KEY (account_id, kind)
) WITHOUT ROWID;
