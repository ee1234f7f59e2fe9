from __future__ import annotations

from typing import Final

from bot.domain.words.table import Words

WORDS: Final = Words(
    days={0: "inn?(?:ru|ikk?u)|இன்று", 1: "naa?lai(?:kk?u)?|நாளை(?:க்கு)?"},
    parts={"morning": "kaa?lai(?:yil)?|காலை(?:யில்)?"},
    hour="mani(?:kk?u)?|மணி(?:க்கு)?",
)
