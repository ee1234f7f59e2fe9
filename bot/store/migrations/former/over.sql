-- Every row of the former tables, in an order that pleases the references.

-- A lead's number was its lead_id: what people wrote down stays true.
INSERT INTO accounts (
    account_id, name, last_number, connected_at, last_call_at, hold_until, last_outcome, last_answer_at, last_ok_at,
    last_new, wanted_from, live_from, longest_window, reread_at, batch, batch_listed
)
SELECT
    account_id, name,
    (SELECT coalesce(max(lead_id), 0) FROM former_leads WHERE former_leads.account_id = former_accounts.account_id),
    connected_at, last_call_at, hold_until, last_outcome, last_answer_at, last_ok_at,
    last_new, wanted_from, live_from, longest_window, reread_at, batch, batch_listed
FROM former_accounts;

INSERT INTO coverage (account_id, starts_at, ends_at)
    SELECT account_id, starts_at, ends_at FROM former_coverage;

INSERT INTO buyers (buyer_id, account_id, created_at)
    SELECT buyer_id, account_id, created_at FROM former_buyers;

INSERT INTO buyer_contacts (account_id, contact, buyer_id)
    SELECT account_id, contact, buyer_id FROM former_buyer_contacts;

INSERT INTO leads (
    lead_id, account_id, number, identity, position, kind, query_id, enquired_at, stored_at, origin, batch,
    buyer_id, name, company, mobile, mobile_alt, phone, phone_alt, email, email_alt, address, city, state,
    pincode, country, product, category, subject, message, quantity, order_value_min, order_value_max,
    requirement, call_seconds, receiver_mobile, member_since, raw, status, owner_id, claimed_at, won_value,
    lost_reason
)
SELECT
    lead_id, account_id, lead_id, identity, position, kind, query_id, enquired_at, stored_at, route, batch,
    buyer_id, name, company, mobile, mobile_alt, phone, phone_alt, email, email_alt, address, city, state,
    pincode, country, product, category, subject, message, quantity, order_value_min, order_value_max,
    requirement, call_seconds, receiver_mobile, member_since, raw, status, owner_id, claimed_at, won_value,
    lost_reason
FROM former_leads;

INSERT INTO lead_phones (account_id, reversed, position)
    SELECT account_id, reversed, position FROM former_lead_phones;

INSERT INTO cards (
    lead_id, account_id, chat_id, message_id, posted_at, edited_at, late_by, late_reason, nth,
    earlier_lead_id, contact_at
)
SELECT
    lead_id, account_id, chat_id, message_id, posted_at, edited_at, late_by, late_reason, nth,
    earlier_lead_id, contact_at
FROM former_cards;

INSERT INTO outbox (
    outbox_id, account_id, chat_id, turn, what, lead_id, body, queued_at, due_at, tries, late, revision
)
SELECT
    outbox_id, account_id, chat_id, turn, what, lead_id, body, queued_at, due_at, tries, late, revision
FROM former_outbox;

INSERT INTO parked (
    parked_id, account_id, chat_id, turn, what, lead_id, body, queued_at, late, reason, version, parked_at,
    told_at
)
SELECT
    parked_id, account_id, chat_id, turn, what, lead_id, body, queued_at, late, reason, version, parked_at,
    told_at
FROM former_parked;

-- There was one account, whose these were.
INSERT INTO sends (account_id, chat_id, sent_at)
    SELECT account_id, chat_id, sent_at FROM former_sends CROSS JOIN (SELECT min(account_id) AS account_id FROM accounts)
    WHERE account_id IS NOT NULL;

INSERT INTO faults (account_id, fault, since, message, told_at)
    SELECT account_id, fault, since, message, told_at FROM former_faults;

INSERT INTO notices (account_id, kind, began_at, told, held)
    SELECT account_id, kind, began_at, told, held FROM former_notices;

INSERT INTO unreadable (unreadable_id, account_id, digest, raw, reason, origin, seen_at)
    SELECT unreadable_id, account_id, digest, raw, reason, route, seen_at FROM former_unreadable;

INSERT INTO field_names (account_id, name, seen_at)
    SELECT account_id, name, seen_at FROM former_field_names;

INSERT INTO pushes (push_id, account_id, received_at, body, content_type, digest, reason)
    SELECT push_id, account_id, received_at, body, content_type, digest, reason FROM former_pushes;

INSERT INTO push_log (push_log_id, account_id, received_at, result, number, lead_id)
    SELECT push_log_id, account_id, received_at, result, number, lead_id FROM former_push_log;

INSERT INTO people (account_id, user_id, name, username, seen_at, left_at, started_at)
    SELECT account_id, user_id, name, username, seen_at, left_at, started_at FROM former_people;

INSERT INTO moves (account_id, old_chat_id, new_chat_id, moved_at)
    SELECT account_id, old_chat_id, new_chat_id, moved_at
    FROM former_moves CROSS JOIN (SELECT min(account_id) AS account_id FROM accounts) WHERE account_id IS NOT NULL;

INSERT INTO views (view_id, account_id, query, created_at)
    SELECT view_id, account_id, query, created_at FROM former_views;

INSERT INTO changes (
    change_id, account_id, lead_id, at, user_id, act, undoes, owner_before, owner_after, claimed_before,
    claimed_after, status_before, status_after, value_before, value_after, reason_before, reason_after
)
SELECT
    change_id, account_id, lead_id, at, user_id, act, undoes, owner_before, owner_after, claimed_before,
    claimed_after, status_before, status_after, value_before, value_after, reason_before, reason_after
FROM former_changes;

INSERT INTO notes (note_id, account_id, lead_id, user_id, at, text, chat_id, message_id)
    SELECT note_id, account_id, lead_id, user_id, at, text, chat_id, message_id FROM former_notes;

INSERT INTO reminders (
    reminder_id, account_id, lead_id, user_id, text, made_at, due_at, fired_at, cancelled_at
)
SELECT
    reminder_id, account_id, lead_id, user_id, text, made_at, due_at, fired_at, cancelled_at
FROM former_reminders;

INSERT INTO callouts (callout_id, account_id, step, made_at)
    SELECT callout_id, account_id, step, made_at FROM former_callouts;

INSERT INTO callout_leads (callout_id, place, lead_id)
    SELECT callout_id, place, lead_id FROM former_callout_leads;

INSERT INTO escalations (lead_id, account_id, clock_at, settled_at, group_callout, admins_callout)
    SELECT lead_id, account_id, clock_at, settled_at, group_callout, admins_callout FROM former_escalations;

INSERT INTO templates (account_id, kind, text, user_id, saved_at)
    SELECT account_id, kind, text, user_id, saved_at FROM former_templates;

INSERT INTO runs (run_id, started_at, beat_at)
    SELECT run_id, started_at, beat_at FROM former_runs;

INSERT INTO passed (passed_id, until)
    SELECT passed_id, until FROM former_passed;

-- `folded` is the program's: what it indexes is spelled by `store/spelling.py`. In order of the rowid, so that no segment is
-- begun anew for each.
INSERT INTO lead_search (rowid, name, company, city, state, product, message, email)
SELECT
    position, folded(name), folded(company), folded(city), folded(state), folded(product), folded(message),
    folded(coalesce(email, '') || ' ' || coalesce(email_alt, ''))
FROM leads ORDER BY position;

-- Numbers that were given out once are not given out again.
DELETE FROM sqlite_sequence
    WHERE 'former_' || name IN (SELECT name FROM sqlite_sequence WHERE name LIKE 'former\_%' ESCAPE '\');
UPDATE sqlite_sequence SET name = substr(name, 8) WHERE name LIKE 'former\_%' ESCAPE '\';

DROP TABLE former_passed;
DROP TABLE former_runs;
DROP TABLE former_templates;
DROP TABLE former_escalations;
DROP TABLE former_callout_leads;
DROP TABLE former_callouts;
DROP TABLE former_reminders;
DROP TABLE former_notes;
DROP TABLE former_changes;
DROP TABLE former_views;
DROP TABLE former_moves;
DROP TABLE former_people;
DROP TABLE former_push_log;
DROP TABLE former_pushes;
DROP TABLE former_field_names;
DROP TABLE former_unreadable;
DROP TABLE former_notices;
DROP TABLE former_faults;
DROP TABLE former_sends;
DROP TABLE former_parked;
DROP TABLE former_outbox;
DROP TABLE former_cards;
DROP TABLE former_lead_phones;
DROP TABLE former_leads;
DROP TABLE former_buyer_contacts;
DROP TABLE former_buyers;
DROP TABLE former_coverage;
DROP TABLE former_accounts;

PRAGMA legacy_alter_table = OFF;
