-- After the former tenth migration: room for the tables of 0001.

-- Otherwise a renamed table takes the references to it along.
PRAGMA legacy_alter_table = ON;

DROP INDEX leads_by_position;
DROP INDEX leads_by_query_id;
DROP INDEX leads_by_buyer;
DROP INDEX leads_by_batch;
DROP INDEX cards_by_message;
DROP INDEX outbox_in_turn;
DROP INDEX outbox_once_per_lead;
DROP INDEX sends_by_chat;
DROP INDEX pushes_pending;
DROP INDEX leads_unclaimed;
DROP INDEX leads_by_owner;
DROP INDEX changes_by_lead;
DROP INDEX notes_by_lead;
DROP INDEX reminders_waiting;
DROP INDEX reminders_by_person;
DROP INDEX escalations_waiting;
DROP INDEX parked_once_per_lead;
DROP INDEX parked_by_reason;
DROP INDEX parked_untold;
DROP INDEX parked_told;
DROP INDEX parked_old;
DROP INDEX outbox_by_due;
DROP INDEX outbox_by_age;
DROP INDEX pushes_once;
DROP INDEX pushes_by_age;
DROP INDEX unreadable_by_age;
DROP INDEX views_by_age;
DROP INDEX sends_by_age;
DROP INDEX reminders_by_end;
DROP INDEX callouts_by_age;
DROP INDEX escalations_by_end;
DROP INDEX escalations_by_group_callout;
DROP INDEX escalations_by_admins_callout;
DROP INDEX push_log_newest;

-- Its words cannot be read out of it; they are taken from the leads.
DROP TABLE lead_search;

ALTER TABLE accounts RENAME TO former_accounts;
ALTER TABLE coverage RENAME TO former_coverage;
ALTER TABLE buyers RENAME TO former_buyers;
ALTER TABLE buyer_contacts RENAME TO former_buyer_contacts;
ALTER TABLE leads RENAME TO former_leads;
ALTER TABLE lead_phones RENAME TO former_lead_phones;
ALTER TABLE cards RENAME TO former_cards;
ALTER TABLE outbox RENAME TO former_outbox;
ALTER TABLE sends RENAME TO former_sends;
ALTER TABLE faults RENAME TO former_faults;
ALTER TABLE unreadable RENAME TO former_unreadable;
ALTER TABLE people RENAME TO former_people;
ALTER TABLE moves RENAME TO former_moves;
ALTER TABLE views RENAME TO former_views;
ALTER TABLE pushes RENAME TO former_pushes;
ALTER TABLE runs RENAME TO former_runs;
ALTER TABLE changes RENAME TO former_changes;
ALTER TABLE notes RENAME TO former_notes;
ALTER TABLE reminders RENAME TO former_reminders;
ALTER TABLE callouts RENAME TO former_callouts;
ALTER TABLE escalations RENAME TO former_escalations;
ALTER TABLE callout_leads RENAME TO former_callout_leads;
ALTER TABLE templates RENAME TO former_templates;
ALTER TABLE parked RENAME TO former_parked;
ALTER TABLE passed RENAME TO former_passed;
ALTER TABLE field_names RENAME TO former_field_names;
ALTER TABLE push_log RENAME TO former_push_log;
ALTER TABLE notices RENAME TO former_notices;
