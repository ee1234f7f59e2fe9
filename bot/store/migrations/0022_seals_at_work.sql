-- In words that PostgreSQL knows too: the index serves only a question that is put in its own.
DROP INDEX seals_at_work;

CREATE INDEX seals_at_work ON seals (account_id) WHERE erased_at IS NULL AND (is_urgent = 1 OR is_swept = 0);
