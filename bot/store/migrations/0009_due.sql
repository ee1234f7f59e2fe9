-- What may have come due is found by one look over all accounts, whose index begins with the time.

-- When somebody may have to be told of the lead next; never later than that is.
ALTER TABLE escalations ADD COLUMN look_at INTEGER NOT NULL DEFAULT 0;
DROP INDEX escalations_waiting;
DROP INDEX escalations_missed;
CREATE INDEX escalations_open ON escalations (account_id, look_at) WHERE settled_at IS NULL OR missed_clock IS NOT NULL;
CREATE INDEX escalations_due ON escalations (look_at, account_id) WHERE settled_at IS NULL OR missed_clock IS NOT NULL;

CREATE INDEX reminders_due ON reminders (due_at, account_id) WHERE fired_at IS NULL AND cancelled_at IS NULL;

-- What was sealed and is not out of the search index yet, or is to be overwritten without waiting.
CREATE INDEX seals_at_work ON seals (account_id) WHERE erased_at IS NULL AND (is_urgent OR NOT is_swept);
