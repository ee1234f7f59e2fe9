-- The clock of a missed call: since when it waits to be returned. NULL: no missed call, returned, or called out.

ALTER TABLE escalations ADD COLUMN missed_clock INTEGER;
CREATE INDEX escalations_missed ON escalations (account_id, missed_clock) WHERE missed_clock IS NOT NULL;
