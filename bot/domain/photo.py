"""A picture with words below it, or the words alone."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Photo:
    text: str
    """Telegram's HTML: at most 1024 UTF-16 units below a picture, 4096 without one."""
    png: bytes | None = None
    """None where no picture could be drawn: then the words say what it would have shown."""
    words: str = ""
    """What the picture shows, for a chat that takes no pictures."""

    @property
    def in_words(self) -> Photo:
        return replace(self, text=self.words or self.text, png=None)
