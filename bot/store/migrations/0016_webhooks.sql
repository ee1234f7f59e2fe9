-- Web addresses of ours that Telegram was told to call with a bot's updates: those may be taken away again, others not.
CREATE TABLE webhooks (
    bot_id   INTEGER PRIMARY KEY,
    address  TEXT    NOT NULL,
    noted_at INTEGER NOT NULL
);
