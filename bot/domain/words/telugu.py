from __future__ import annotations

from typing import Final

from bot.domain.words.table import Words

WORDS: Final = Words(
    days={0: "ee ?roju|ఈ ?రోజు", 1: "repu|రేపు"},
    parts={"morning": "udayam|ఉదయం"},
    hour="gant?ala(?:ku|ki)|గంటలకు",
)
