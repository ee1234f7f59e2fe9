-- Who was shown which buyer's number; where in private chats numbers stand; and who asked to be left alone.

CREATE TABLE audit (
    audit_id   INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts,
    at         INTEGER NOT NULL,
    act        TEXT    NOT NULL,           -- store/audit.py, Seen
    lead_id    INTEGER REFERENCES leads,   -- NULL: every lead at the positions from `low` up to before `high`
    low        INTEGER,
    high       INTEGER,
    user_id    INTEGER NOT NULL DEFAULT 0, -- 0: the whole team, or the command line
    machine    TEXT    NOT NULL DEFAULT '' -- the command line's: the user of the machine
);

-- Who sees the same in the same way again within the hour has not seen more.
CREATE UNIQUE INDEX audit_once ON audit (account_id, lead_id, user_id, machine, act, at / 3600)
    WHERE lead_id IS NOT NULL;

CREATE INDEX audit_by_person ON audit (account_id, user_id, at);

CREATE INDEX audit_of_many ON audit (account_id, at) WHERE lead_id IS NULL;

CREATE INDEX audit_by_age ON audit (at);

-- What shows one lead in a private chat, to be masked when its reader may see the number no more.
CREATE TABLE private_cards (
    account_id INTEGER NOT NULL REFERENCES accounts,
    user_id    INTEGER NOT NULL,           -- also the chat's id
    message_id INTEGER NOT NULL,
    lead_id    INTEGER NOT NULL REFERENCES leads,
    PRIMARY KEY (account_id, user_id, message_id)
) WITHOUT ROWID;

CREATE INDEX private_cards_by_lead ON private_cards (lead_id, user_id);

-- Whether the card stands in the chat with the number on it.
ALTER TABLE cards ADD COLUMN shows_number INTEGER NOT NULL DEFAULT 1;

CREATE INDEX cards_with_number ON cards (account_id, lead_id) WHERE shows_number = 1;

CREATE TABLE do_not_call (
    buyer_id   INTEGER PRIMARY KEY REFERENCES buyers,
    account_id INTEGER NOT NULL REFERENCES accounts,
    user_id    INTEGER NOT NULL,           -- who noted it
    at         INTEGER NOT NULL
);
