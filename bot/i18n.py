"""Words that people read: gettext for sentences, Babel for dates and numbers elsewhere. English for now.

Extract with `pybabel extract -k _ -k ngettext bot`; catalogues live in `bot/locale`.
"""

from __future__ import annotations

import gettext as _gettext
from pathlib import Path

_translations = _gettext.translation("leadbell", localedir=Path(__file__).parent / "locale", fallback=True)

_ = _translations.gettext
ngettext = _translations.ngettext


def in_brackets(reason: str) -> str:
    """With a blank before them, to be written behind a word; nothing where there is no reason."""
    return f" ({reason.strip()})" if reason.strip() else ""
