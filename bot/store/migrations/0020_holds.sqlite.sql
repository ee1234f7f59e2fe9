-- Several processes on one database: which of them are there, and which has which bot.

ALTER TABLE runs ADD COLUMN host TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN pid INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN version TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN main TEXT NOT NULL DEFAULT '{}';    -- a mark of each setting of `main`: all need the same

-- Each bot: its name, and on PostgreSQL the process that has it.
CREATE TABLE holds (
    bot_id   INTEGER PRIMARY KEY,           -- the number in front of its token
    username TEXT   NOT NULL DEFAULT '',
    run_id   INTEGER,                        -- of that process; NULL once it let go
    epoch    INTEGER NOT NULL DEFAULT 0      -- raised whenever it is taken
);

-- What Telegram brought to a process that has not that bot, until the one that has it takes it.
CREATE TABLE brought_updates (
    bot_id     INTEGER NOT NULL,
    update_id  INTEGER NOT NULL,
    brought_at INTEGER NOT NULL,
    body       TEXT   NOT NULL,
    PRIMARY KEY (bot_id, update_id)
);
CREATE INDEX brought_updates_by_age ON brought_updates (brought_at);

-- The same of what IndiaMART pushed.
CREATE INDEX pushes_handed_on ON pushes (account_id, push_id) WHERE reason = 'handed on';
