-- Columns of IndiaMART's rows that were not known when they first came: each is told to the admins once.

CREATE TABLE field_names (
    account_id INTEGER NOT NULL REFERENCES accounts,
    name       TEXT    NOT NULL,
    seen_at    INTEGER NOT NULL,
    PRIMARY KEY (account_id, name)
) WITHOUT ROWID;
