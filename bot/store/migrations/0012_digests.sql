-- Each digest once, by what the clock on the wall showed. A row without such a time says since when
-- they are looked for at the times that stand in `kind`.
CREATE TABLE digests (
    account_id INTEGER NOT NULL REFERENCES accounts,
    audience   TEXT    NOT NULL,         -- domain/digest_times.py
    kind       TEXT    NOT NULL,
    wall       TEXT    NOT NULL,         -- the local date and time for which it was meant
    made_at    INTEGER NOT NULL,
    PRIMARY KEY (account_id, audience, kind, wall)
) WITHOUT ROWID;

CREATE INDEX digests_by_age ON digests (made_at);

-- What was done within a span.
CREATE INDEX changes_by_time ON changes (account_id, at);
