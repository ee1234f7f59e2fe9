"""What goes first of what a chat is to hear."""

from __future__ import annotations

from enum import IntEnum


class Priority(IntEnum):
    """Who goes first when a chat's writing calls are paced; a lower number goes first."""

    PRESS = -1
    """What somebody's press (or typed answer) caused: the change of a card, a question, a list redrawn."""
    ANSWER = 0
    """Of look-ups."""
    REMINDER = 1
    NOTICE = 2
    CARD = 3
    EDIT = 4
    """Of a card, where no press is behind it."""
    LIST = 5
    OLD = 6
    """Lists of old leads: whatever is new goes first."""
    CHART = 7
    """A picture below an answer: nobody waits for it."""
