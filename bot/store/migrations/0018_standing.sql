-- What stands open is counted and listed, in order, from its index alone.
DROP INDEX leads_unclaimed;
CREATE INDEX leads_unclaimed ON all_leads (account_id, position, owner_id, status, seal_id, batch, origin, kind)
    WHERE owner_id IS NULL AND status = 'new' AND seal_id IS NULL;
DROP INDEX leads_to_call;
CREATE INDEX leads_to_call ON all_leads (account_id, position, claimed_at, owner_id, kind, buyer_id, status, seal_id)
    WHERE status = 'claimed' AND seal_id IS NULL;
CREATE INDEX leads_missed ON all_leads (account_id, position, call_seconds, owner_id, buyer_id, kind, status, seal_id)
    WHERE kind = 'P' AND status IN ('new', 'claimed') AND seal_id IS NULL;
