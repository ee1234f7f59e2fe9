"""How leads stand: what "unclaimed", "open", "to call" and the like mean, each as one condition over `leads`.

For all who count or list them: a number is what it lists, and the same in every view.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

RECENT: Final = timedelta(days=30)
"""What is older is no open work where it came with a backfill or an import, nor is an older call called back."""

UNCLAIMED: Final = "leads.owner_id IS NULL AND leads.status = 'new'"

IS_WORK: Final = "(leads.position >= :recent OR leads.batch IS NULL AND leads.origin <> 'import')"
"""`:recent` is the position from which on leads are no older than RECENT."""

OPEN: Final = f"{UNCLAIMED} AND {IS_WORK}"

NOT_CALLED: Final = "leads.status IN ('new', 'claimed')"
"""Nobody has called the buyer yet: a status that was set says that somebody did."""

CALLED: Final = f"NOT {NOT_CALLED}"

FOR_GOOD: Final = """
    NOT EXISTS (SELECT 1 FROM changes
        WHERE changes.lead_id = leads.lead_id AND changes.at >= :undoable AND +changes.account_id = :account_id)
"""
"""Nobody can undo any more what became of it: nothing was changed since `changes.undoable_since`."""

MAY_BE_CALLED: Final = "NOT EXISTS (SELECT 1 FROM do_not_call WHERE do_not_call.buyer_id = leads.buyer_id)"

TO_CALL: Final = f"leads.status = 'claimed' AND {MAY_BE_CALLED}"

MISSED: Final = f"leads.kind = 'P' AND leads.call_seconds < :missed AND {NOT_CALLED} AND {MAY_BE_CALLED}"
"""A call that nobody has returned."""
