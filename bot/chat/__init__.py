"""Everything that speaks to Telegram: transport, messenger, rendering and handlers."""

from __future__ import annotations

import logging
import os

# python-telegram-bot warns at every `retry_after` unless this is set before it is imported.
os.environ.setdefault("PTB_TIMEDELTA", "1")

# At DEBUG it logs whole addresses, the token included, and what people write. A level somebody set stays.
if logging.getLogger("telegram").level == logging.NOTSET:
    logging.getLogger("telegram").setLevel(logging.INFO)
