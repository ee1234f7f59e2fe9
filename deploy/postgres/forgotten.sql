-- Brings the wishes of buyers who were forgotten since a backup into the database that was restored from it. What they
-- had is sealed again when Leadbell opens it. docs/postgres.md says how the three files come about.
\set ON_ERROR_STOP on
BEGIN;
CREATE TEMPORARY TABLE former_marks (LIKE seal_marks) ON COMMIT DROP;
CREATE TEMPORARY TABLE former_keys (LIKE seal_keys) ON COMMIT DROP;
CREATE TEMPORARY TABLE former_accounts (account_id BIGINT) ON COMMIT DROP;
\copy former_accounts FROM 'accounts.tsv'
\copy former_marks (account_id, mark, cause, sealed_at, is_urgent) FROM 'marks.tsv'
\copy former_keys (key) FROM 'keys.tsv'
INSERT INTO seal_keys (key) SELECT key FROM former_keys ON CONFLICT DO NOTHING;
INSERT INTO seal_marks (account_id, mark, cause, sealed_at, is_urgent)
    SELECT account_id, mark, cause, sealed_at, is_urgent FROM former_marks
    WHERE account_id IN (SELECT account_id FROM accounts)
    ON CONFLICT (account_id, mark) DO UPDATE SET
        sealed_at = greatest(seal_marks.sealed_at, excluded.sealed_at),
        is_urgent = greatest(seal_marks.is_urgent, excluded.is_urgent);
INSERT INTO reseals (reseal_id) SELECT 1 WHERE EXISTS (SELECT 1 FROM seal_marks) ON CONFLICT DO NOTHING;
INSERT INTO gone_accounts (gone_id) SELECT account_id FROM former_accounts
    WHERE account_id NOT IN (SELECT account_id FROM accounts) ON CONFLICT DO NOTHING;
COMMIT;
