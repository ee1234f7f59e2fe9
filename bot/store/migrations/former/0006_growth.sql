-- What grows is pruned by its age (store/retention.py), and what is looked up at each write is found by an index.

-- SHA-256 of the body. A body that was kept before this column came has none, and may be kept once more.
ALTER TABLE pushes ADD COLUMN digest TEXT;
CREATE UNIQUE INDEX pushes_once ON pushes (account_id, digest);
CREATE INDEX pushes_by_age ON pushes (received_at) WHERE reason IS NOT NULL;
CREATE INDEX unreadable_by_age ON unreadable (seen_at);
CREATE INDEX views_by_age ON views (created_at);
CREATE INDEX sends_by_age ON sends (sent_at);
CREATE INDEX reminders_by_end ON reminders (coalesce(fired_at, cancelled_at));
CREATE INDEX callouts_by_age ON callouts (made_at);
CREATE INDEX escalations_by_end ON escalations (settled_at) WHERE settled_at IS NOT NULL;
-- Before a callout goes it is asked whether an escalation names it.
CREATE INDEX escalations_by_group_callout ON escalations (group_callout) WHERE group_callout IS NOT NULL;
CREATE INDEX escalations_by_admins_callout ON escalations (admins_callout) WHERE admins_callout IS NOT NULL;

-- The latest moment that has surely passed, whatever the machine's clock said: nothing is pruned by a later one.
CREATE TABLE passed (
    passed_id INTEGER PRIMARY KEY CHECK (passed_id = 1),
    until     INTEGER NOT NULL
);

-- From here on every reference is held to. What earlier versions, or a hand, left without what it refers to:
-- a message steps aside like any other that cannot be said, what belongs to nothing goes, a mere mention is forgotten.
INSERT INTO parked (account_id, chat_id, turn, what, lead_id, body, queued_at, late, reason, version, parked_at)
    SELECT account_id, chat_id, turn, what, lead_id, body, queued_at, late, 'lead_missing', '', queued_at FROM outbox
    WHERE lead_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM leads WHERE leads.lead_id = outbox.lead_id)
    ON CONFLICT DO NOTHING;
DELETE FROM outbox
    WHERE lead_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM leads WHERE leads.lead_id = outbox.lead_id);
DELETE FROM cards WHERE NOT EXISTS (SELECT 1 FROM leads WHERE leads.lead_id = cards.lead_id);
UPDATE cards SET earlier_lead_id = NULL
    WHERE earlier_lead_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM leads WHERE leads.lead_id = cards.earlier_lead_id);
DELETE FROM changes WHERE NOT EXISTS (SELECT 1 FROM leads WHERE leads.lead_id = changes.lead_id);
UPDATE changes SET undoes = NULL
    WHERE undoes IS NOT NULL AND NOT EXISTS (SELECT 1 FROM changes AS other WHERE other.change_id = changes.undoes);
DELETE FROM notes WHERE NOT EXISTS (SELECT 1 FROM leads WHERE leads.lead_id = notes.lead_id);
DELETE FROM reminders WHERE NOT EXISTS (SELECT 1 FROM leads WHERE leads.lead_id = reminders.lead_id);
DELETE FROM escalations WHERE NOT EXISTS (SELECT 1 FROM leads WHERE leads.lead_id = escalations.lead_id);
UPDATE escalations SET group_callout = NULL
    WHERE group_callout IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM callouts WHERE callouts.callout_id = escalations.group_callout);
UPDATE escalations SET admins_callout = NULL
    WHERE admins_callout IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM callouts WHERE callouts.callout_id = escalations.admins_callout);
DELETE FROM callout_leads
    WHERE NOT EXISTS (SELECT 1 FROM leads WHERE leads.lead_id = callout_leads.lead_id)
        OR NOT EXISTS (SELECT 1 FROM callouts WHERE callouts.callout_id = callout_leads.callout_id);
DELETE FROM buyer_contacts WHERE NOT EXISTS (SELECT 1 FROM buyers WHERE buyers.buyer_id = buyer_contacts.buyer_id);
UPDATE leads SET buyer_id = NULL
    WHERE buyer_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM buyers WHERE buyers.buyer_id = leads.buyer_id);
