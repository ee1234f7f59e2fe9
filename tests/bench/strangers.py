"""What is left in memory of strangers who press a card and write to the bot, an hour after the last of them.

    python -m tests.bench.strangers

The real bot, services and database between the sandbox's people, in one process; the hour is wound on.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chat.conftest import gather
from tests.chat.crowd import crowd


async def measure(strangers: int) -> bool:
    with TemporaryDirectory(prefix="leadbell-strangers-") as folder:
        async with gather(Path(folder)) as team:
            begun = time.process_time()
            before, after = await crowd(team, strangers)
            spent = time.process_time() - begun
    print(
        f"strangers: {strangers} pressed and wrote, {spent:.1f} s of CPU with the sandbox; {len(before)} of them known "
        f"to the bot right then, {len(after)} an hour later (goal 0)"
    )
    return not after


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.strangers", description=__doc__)
    parser.add_argument("--strangers", type=int, default=2_000)
    sys.exit(0 if asyncio.run(measure(parser.parse_args().strangers)) else 1)


if __name__ == "__main__":
    main()
