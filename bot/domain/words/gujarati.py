from __future__ import annotations

from typing import Final

from bot.domain.words.table import Words

WORDS: Final = Words(
    days={0: "aa?je|આજે", 1: "kaa?le|કાલે"},
    parts={"morning": "sa(?:v|w)aa?re?|સવારે?"},
    hour="(?:v|w)aa?ge|વાગે|વાગ્યે",
)
