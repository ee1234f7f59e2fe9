-- Whose part of a lead's way took how long, in seconds, as it was then: hours and holidays that are set later change
-- nothing. A lead has a row from its card on, or from the first claim.
CREATE TABLE response_times (
    lead_id           INTEGER PRIMARY KEY REFERENCES all_leads,
    account_id        INTEGER NOT NULL REFERENCES accounts,
    posted_at         INTEGER,           -- of a lead that came in live; NULL: nothing of it is timed
    indiamart_seconds INTEGER,           -- enquiry to stored
    leadbell_seconds  INTEGER,           -- stored to sent
    telegram_seconds  INTEGER,           -- sent to taken
    claim_id          INTEGER,           -- the change: the first one that was not undone
    claimed_by        INTEGER,
    claim_seconds     INTEGER,           -- of working time, since it was posted
    contact_id        INTEGER,
    contacted_by      INTEGER,
    contact_seconds   INTEGER            -- of working time, since it was posted
);

-- What was done before is counted, and not timed.
INSERT INTO response_times (lead_id, account_id, claim_id, claimed_by)
SELECT lead_id, account_id, change_id, user_id FROM changes WHERE change_id IN (
    SELECT min(change_id) FROM changes
    WHERE owner_before IS NULL AND owner_after = user_id AND act <> 'undo'
        AND NOT EXISTS (
            SELECT 1 FROM changes AS later
            WHERE later.lead_id = changes.lead_id AND later.undoes = changes.change_id
        )
    GROUP BY lead_id
);

INSERT INTO response_times (lead_id, account_id, contact_id, contacted_by)
SELECT lead_id, account_id, change_id, user_id FROM changes WHERE change_id IN (
    SELECT min(change_id) FROM changes
    WHERE act = 'status' AND status_after IN ('contacted', 'quoted', 'won', 'lost')
        AND NOT EXISTS (
            SELECT 1 FROM changes AS later
            WHERE later.lead_id = changes.lead_id AND later.undoes = changes.change_id
        )
    GROUP BY lead_id
)
ON CONFLICT (lead_id) DO UPDATE SET contact_id = excluded.contact_id, contacted_by = excluded.contacted_by;

-- All that statistics count, without a look at the leads themselves.
DROP INDEX leads_by_position;
CREATE UNIQUE INDEX leads_by_position ON all_leads
    (account_id, position, kind, status, seal_id, owner_id, won_value, lost_reason);

-- Claimed, and nobody has called yet.
CREATE INDEX leads_to_call ON all_leads (account_id, claimed_at, owner_id) WHERE status = 'claimed' AND seal_id IS NULL;
