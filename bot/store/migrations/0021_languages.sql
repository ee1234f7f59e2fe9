-- What a person's private chat with a bot is in: chosen by them, or guessed by what their Telegram is in.
CREATE TABLE languages (
    bot_id    BIGINT NOT NULL,
    user_id   BIGINT NOT NULL,
    language  TEXT NOT NULL,
    is_chosen BIGINT NOT NULL,
    PRIMARY KEY (bot_id, user_id)
);
