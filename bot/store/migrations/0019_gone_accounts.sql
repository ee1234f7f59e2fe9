-- No account gets the number of one that is gone: buttons and messages outlive their account.

CREATE TABLE gone_accounts (
    gone_id INTEGER PRIMARY KEY             -- the account_id of one that was erased
);
