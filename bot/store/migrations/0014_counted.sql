-- Whatever is counted of leads that wait is counted from their index alone.
DROP INDEX leads_unclaimed;
CREATE INDEX leads_unclaimed ON all_leads (account_id, position, owner_id, status, seal_id)
    WHERE owner_id IS NULL AND status = 'new' AND seal_id IS NULL;
DROP INDEX leads_to_call;
CREATE INDEX leads_to_call ON all_leads (account_id, claimed_at, owner_id, kind, status, seal_id)
    WHERE status = 'claimed' AND seal_id IS NULL;
