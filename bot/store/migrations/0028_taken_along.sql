-- Of an export or a backup: the number of the newest lead that it may hold, and the newest seal that it leaves out. Two clocks, the
-- service's by which leads are stored and the machine's by which an export is noted, tell neither.
ALTER TABLE audit ADD COLUMN last_number BIGINT;
ALTER TABLE audit ADD COLUMN last_seal BIGINT;
