"""`leadbell` and `python -m bot`: the command line, and what has to be there before it is loaded."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

ENDED_BY_SIGTERM = 128 + signal.SIGTERM
"""The exit code that a shell gives to who died of it."""


def main() -> None:
    if os.getpid() == 1:
        # In a container nobody dies of a signal that has no handler. The commands set their own when they begin.
        signal.signal(signal.SIGTERM, _end)
    from bot.cli import main as command  # noqa: PLC0415 - it takes a while

    command(prog_name="leadbell")


def _end(_number: int, _frame: object) -> NoReturn:
    sys.exit(ENDED_BY_SIGTERM)


if __name__ == "__main__":
    main()
