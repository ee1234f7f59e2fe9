"""Ports for programs that are told theirs."""

from __future__ import annotations

import random
import socket
from typing import Final

BELOW: Final = range(20_000, 32_000)
"""Where no system takes the ports of outgoing connections from: one of those can be gone before the program has it."""
_DICE: Final = random.SystemRandom()  # the tests' own is seeded alike in all processes of a run


def free_port() -> int:
    while True:
        port = _DICE.choice(BELOW)
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
