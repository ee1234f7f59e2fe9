-- When the running service had let go of an account that is to be erased.

ALTER TABLE accounts ADD COLUMN let_go_at INTEGER;
