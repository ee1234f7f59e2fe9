-- The chat that it was served in last: who acted in a former one is no member of the present one.
ALTER TABLE accounts ADD COLUMN chat_id BIGINT;
