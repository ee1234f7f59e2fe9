-- What few leads have, each in an index of its own, so that a search for it looks at those few only. The conditions are
-- those of store/search.py.
CREATE INDEX leads_from_abroad ON all_leads (account_id, country, position)
    WHERE country <> 'IN' AND seal_id IS NULL;
CREATE INDEX leads_calls ON all_leads (account_id, position, call_seconds) WHERE kind = 'P' AND seal_id IS NULL;
CREATE INDEX leads_with_value ON all_leads (account_id, position, order_value_min, order_value_max)
    WHERE coalesce(order_value_max, order_value_min) IS NOT NULL AND seal_id IS NULL;
