-- Keys and tokens of accounts that are not in the settings, encrypted with SECRET_KEY: store/secrets.py.

CREATE TABLE secrets (
    account_id INTEGER NOT NULL REFERENCES accounts,
    name       TEXT    NOT NULL,         -- the setting's
    ciphertext TEXT    NOT NULL,
    changed_at INTEGER NOT NULL,         -- when its text was last set, not when it was encrypted anew
    PRIMARY KEY (account_id, name)
) WITHOUT ROWID;
