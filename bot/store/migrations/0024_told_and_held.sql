-- When somebody was told, in a list, of a lead that a route gave them: it has no card, and their time runs from then.
ALTER TABLE lead_routes ADD COLUMN told_at BIGINT;

-- Telegram answered a call by asking to wait until then (seconds since 1970): a restart waits, too.
ALTER TABLE sends ADD COLUMN held_until BIGINT;
CREATE INDEX sends_held ON sends (account_id, held_until) WHERE held_until IS NOT NULL;
