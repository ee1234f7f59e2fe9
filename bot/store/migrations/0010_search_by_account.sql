-- Every word in the index begins with a letter that is its account's own (store/spelling.py): a word's list holds leads of
-- one account only, however large the others are. `prefix` counts that letter. docs/decisions/022
DROP TABLE lead_search;

CREATE VIRTUAL TABLE lead_search USING fts5 (
    name, company, city, state, product, message, email,
    prefix = '2 3 4 5 6 7 9',
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);

INSERT INTO lead_search (lead_search, rank) VALUES ('hashsize', 8388608);

-- In the order of an index: nothing is sorted. `indexed` is the program's.
INSERT INTO lead_search (rowid, name, company, city, state, product, message, email)
SELECT
    position, indexed(account_id, name), indexed(account_id, company), indexed(account_id, city),
    indexed(account_id, state), indexed(account_id, product), indexed(account_id, message),
    indexed(account_id, coalesce(email, '') || ' ' || coalesce(email_alt, ''))
FROM leads ORDER BY account_id, position;
