-- When somebody was told, in a list, of a lead that a route gave them: it has no card, and their time runs from then.
ALTER TABLE lead_routes ADD COLUMN told_at BIGINT;
