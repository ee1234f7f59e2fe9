-- Whom their private chats show numbers as admins (JSON, user ids): who is none any more is shown them no longer.
ALTER TABLE accounts ADD COLUMN admins TEXT NOT NULL DEFAULT '[]';
