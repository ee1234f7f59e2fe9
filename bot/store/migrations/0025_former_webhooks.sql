-- The address that Telegram still calls until it has taken the new one.
ALTER TABLE webhooks ADD COLUMN former TEXT;
