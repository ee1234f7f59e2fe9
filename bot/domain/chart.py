"""Which charts there are."""

from __future__ import annotations

from enum import StrEnum


class ChartKind(StrEnum):
    DAYS = "days"
    """Leads by day and kind."""
    RESPONSE = "response"
    """How fast each person claims, in working time."""
    FUNNEL = "funnel"
    """How many of each kind came how far."""
    HOURS = "hours"
    """When enquiries come, against working hours."""
    AGE = "age"
    """How long open leads have waited."""
