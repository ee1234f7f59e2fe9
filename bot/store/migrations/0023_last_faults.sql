-- When each kind of trouble was over last, of those that people were told of: /status names the latest.
CREATE TABLE last_faults (
    account_id BIGINT NOT NULL REFERENCES accounts,
    fault      TEXT NOT NULL,
    since      BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL,
    PRIMARY KEY (account_id, fault)
);
