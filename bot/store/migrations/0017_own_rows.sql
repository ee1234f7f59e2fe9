-- So that nothing that people wait for walks through the rows of other accounts, or through all of their own.

-- With all that is asked of a person's leads: else SQLite takes the index of all leads, which has it too.
DROP INDEX leads_by_owner;
CREATE INDEX leads_by_owner ON all_leads (account_id, owner_id, position, status, seal_id) WHERE owner_id IS NOT NULL;

-- Also for reminders after which something should have been done.
CREATE INDEX reminders_by_lead ON reminders (lead_id, made_at);
CREATE INDEX reminders_fired ON reminders (account_id, fired_at) WHERE fired_at IS NOT NULL AND cancelled_at IS NULL;

CREATE INDEX seals_of_account ON seals (account_id, sealed_at);

CREATE INDEX routes_of_account ON routes (account_id);
