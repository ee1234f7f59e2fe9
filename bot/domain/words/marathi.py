from __future__ import annotations

from typing import Final

from bot.domain.words.table import Words

WORDS: Final = Words(
    days={0: "aa?j|आज", 1: "udya|उद्या"},
    parts={"morning": "sakaa?li|सकाळी"},
    hour="(?:v|w)aa?jta|वाजता",
)
