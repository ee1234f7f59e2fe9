"""What search asks the database, for both engines. Each statement gives positions in order, at most `:limit` of them.

SQLite walks FTS5's list of a word, which is in order. PostgreSQL's index is in no order: it is asked portion by portion
(`lead_words`), and only as far as is needed, as `LIMIT` ends a nested loop. `+` keeps either from walking through all
positions instead.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from bot.domain.lead import MISSED_CALL_SECONDS
from bot.store.lead_words import ANY_PORTION, FIRST_LETTER, LAST_PORTION, PORTION_BITS
from bot.store.positions import ID_MASK


class BothWays(NamedTuple):
    """A statement, and its twin upwards."""

    newest_first: str
    oldest_first: str


HOME: Final = "IN"
"""Nearly every lead is from there, and `leads_from_abroad` has the others."""
NO_LIMIT: Final = 2**62

_HAS_VALUE: Final = "coalesce(leads.order_value_max, leads.order_value_min) IS NOT NULL"

# One statement serves every combination of filters: a filter that was not given is NULL.
_FILTERS: Final = f"""
      AND leads.account_id = :account_id
      AND (:kind IS NULL OR leads.kind = :kind)
      AND (:status IS NULL OR leads.status = :status)
      AND (:is_open = 0 OR leads.owner_id IS NULL AND leads.status = 'new')
      AND (:is_missed = 0 OR leads.kind = 'P' AND leads.call_seconds < {MISSED_CALL_SECONDS})
      AND (:country IS NULL OR leads.country = :country)
      AND (:least IS NULL OR {_HAS_VALUE} AND coalesce(leads.order_value_max, {NO_LIMIT}) >= :least
          AND coalesce(leads.order_value_min, 0) <= :most)
      AND (:owners IS NULL OR leads.owner_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:owners)))
"""  # noqa: S608 - constants of this package


def _both_ways(statement: str) -> BothWays:
    """A portion is as near as its newest lead, or upwards as its oldest."""
    upwards = statement.replace("{order}", "ASC").replace("{near}", "low").replace("{end}", str(2**63 - 1))
    return BothWays(statement.replace("{order}", "DESC").replace("{near}", "high").replace("{end}", "-1"), upwards)


WORDS: Final = _both_ways(f"""
    SELECT lead_search.rowid AS position FROM lead_search
    CROSS JOIN leads ON leads.lead_id = lead_search.rowid & {ID_MASK}
    WHERE lead_search MATCH :match AND lead_search.rowid >= :low AND lead_search.rowid < :high {_FILTERS}
    ORDER BY lead_search.rowid {{order}} LIMIT :limit
""")  # noqa: S608 - constants of this package


def _query(portion: str) -> str:
    letter = f"chr(CAST({FIRST_LETTER} + {portion} AS INTEGER))"
    return f"CAST(replace(:match, '{ANY_PORTION}', {letter}) AS TSQUERY)"


# Portions in the order of their nearest leads. What lies in a later one is no nearer than `beyond`.
WORDS_POSTGRES: Final = _both_ways(f"""
    SELECT found.place AS position, portions.beyond FROM (
        SELECT portion, lead({{near}}, 1, {{end}}) OVER (ORDER BY {{near}} {{order}}) AS beyond FROM lead_portions
        WHERE account_id = :account_id AND high >= :low AND low < :high ORDER BY {{near}} {{order}}
    ) AS portions CROSS JOIN LATERAL (
        SELECT own.place FROM (
            SELECT +lead_search.position AS place FROM lead_search
            WHERE lead_search.words @@ {_query("portions.portion")}
                AND +lead_search.position >= :low AND +lead_search.position < :high
            ORDER BY place {{order}} OFFSET 0
        ) AS own CROSS JOIN LATERAL (
            SELECT 1 FROM leads WHERE leads.lead_id = own.place & {ID_MASK} {_FILTERS} LIMIT 1
        ) AS shown ORDER BY own.place {{order}} LIMIT :limit
    ) AS found LIMIT :size
""")  # noqa: S608 - constants of this package

_NUMBERS: Final = f"""
    WITH numbered AS (
        SELECT position FROM lead_phones
        WHERE account_id = :account_id AND reversed >= :reversed AND reversed < :reversed || ':'
        UNION SELECT position FROM lead_phones
        WHERE account_id = :account_id AND reversed >= :dialled AND reversed < :dialled || ':'
        UNION SELECT position FROM leads WHERE account_id = :account_id AND query_id = :digits
        UNION SELECT position FROM leads WHERE account_id = :account_id AND number = :number
    )
    SELECT numbered.position FROM numbered
    {{{{join}}}} leads ON leads.lead_id = numbered.position & {ID_MASK}
    WHERE numbered.position >= :low AND numbered.position < :high {_FILTERS}
      AND (:match IS NULL OR EXISTS (SELECT 1 FROM lead_search WHERE {{{{words}}}}))
    ORDER BY numbered.position {{order}} LIMIT :limit
"""  # noqa: S608 - constants of this package


def _numbers(join: str, words: str) -> BothWays:
    return _both_ways(_NUMBERS.replace("{{join}}", join).replace("{{words}}", words))


NUMBERS: Final = _numbers("CROSS JOIN", "lead_search MATCH :match AND lead_search.rowid = numbered.position")
NUMBERS_POSTGRES: Final = _numbers(
    "JOIN",
    "lead_search.position = numbered.position AND lead_search.words @@ "
    + _query(f"CASE WHEN leads.number >> {PORTION_BITS} < {LAST_PORTION} THEN leads.number >> {PORTION_BITS} "
             f"ELSE {LAST_PORTION} END"),
)  # fmt: skip


def _filtered(condition: str = "") -> BothWays:
    """Of all leads, or of those that an index of their own has."""
    return _both_ways(f"""
    SELECT leads.position FROM leads WHERE leads.position >= :low AND leads.position < :high {_FILTERS} {condition}
    ORDER BY leads.position {{order}} LIMIT :limit
""")  # noqa: S608 - constants of this package


FILTERS_ONLY: Final = _filtered()
# What few leads have is looked for among those few.
FROM_ABROAD: Final = _filtered(f"AND leads.country = :country AND leads.country <> '{HOME}'")
CALLS: Final = _filtered("AND leads.kind = 'P'")
WITH_VALUE: Final = _filtered(f"AND {_HAS_VALUE}")

TEXTS: Final = """
    SELECT position, name, company, city, state, product, message, email, email_alt FROM leads
    WHERE lead_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:lead_ids)) AND +account_id = :account_id
"""
