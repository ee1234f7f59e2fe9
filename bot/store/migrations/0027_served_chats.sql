-- The chat that it was served in last: who acted in a former one is no member of the present one. And by which bot: in
-- private chats and small groups each counts messages for itself.
ALTER TABLE accounts ADD COLUMN chat_id BIGINT;
ALTER TABLE accounts ADD COLUMN bot_id BIGINT;
