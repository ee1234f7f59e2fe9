-- Buyers whose data is sealed: `leads` is what may still be seen, and `all_leads` has the others too, without a word
-- about their buyers. Whoever reads `leads` cannot come upon a sealed one.

ALTER TABLE leads RENAME TO all_leads;

ALTER TABLE all_leads ADD COLUMN seal_id INTEGER REFERENCES seals;

-- Counting needs no more than the index, sealed or not.
DROP INDEX leads_by_position;
CREATE UNIQUE INDEX leads_by_position ON all_leads (account_id, position, kind, status, seal_id);
DROP INDEX leads_unclaimed;
CREATE INDEX leads_unclaimed ON all_leads (account_id, position)
    WHERE owner_id IS NULL AND status = 'new' AND seal_id IS NULL;

CREATE VIEW leads AS SELECT * FROM all_leads WHERE seal_id IS NULL;

-- Each wish of a buyer, and each day's leads that nobody had touched for as long as RETENTION says.
CREATE TABLE seals (
    seal_id    INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts,
    cause      TEXT    NOT NULL,            -- 'wish' or 'age'
    sealed_at  INTEGER NOT NULL,            -- what a buyer enquires later is a new buyer's
    leads      INTEGER NOT NULL DEFAULT 0,
    is_urgent  INTEGER NOT NULL DEFAULT 0,  -- to be erased without waiting
    is_swept   INTEGER NOT NULL DEFAULT 0,  -- the search index is rid of their words
    erased_at  INTEGER                      -- when every page of the file was rid of them
);
CREATE INDEX seals_open ON seals (sealed_at) WHERE erased_at IS NULL;

-- What was taken out of the other tables, until it is erased. A backup leaves it out.
CREATE TABLE sealed_rows (
    sealed_row_id INTEGER PRIMARY KEY,
    seal_id       INTEGER NOT NULL REFERENCES seals,
    body          TEXT    NOT NULL
);
CREATE INDEX sealed_rows_by_seal ON sealed_rows (seal_id);

-- By which a sealed lead, or a sealed buyer's contact, is known again: a keyed hash of it.
CREATE TABLE seal_keys (
    key BLOB PRIMARY KEY
) WITHOUT ROWID;

CREATE TABLE seal_marks (
    account_id INTEGER NOT NULL REFERENCES accounts,
    mark       TEXT    NOT NULL,
    cause      TEXT    NOT NULL,
    sealed_at  INTEGER NOT NULL,
    seal_id    INTEGER REFERENCES seals,    -- NULL: of the database that a restored one replaced
    is_urgent  INTEGER NOT NULL,            -- what comes back with a restored backup is erased without waiting
    PRIMARY KEY (account_id, mark)
) WITHOUT ROWID;

-- Sealed buyers who came back with a restored backup, and are to be sealed again.
CREATE TABLE reseals (
    reseal_id INTEGER PRIMARY KEY CHECK (reseal_id = 1)
);
