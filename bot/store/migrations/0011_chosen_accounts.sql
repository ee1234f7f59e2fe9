-- Which of their accounts answers somebody in private and inline, who is in several that one bot speaks for.
CREATE TABLE chosen_accounts (
    bot_id     INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts,
    chosen_at  INTEGER NOT NULL,
    PRIMARY KEY (bot_id, user_id)
) WITHOUT ROWID;

-- In which of many accounts somebody was seen.
CREATE INDEX people_by_user ON people (user_id);
