"""Not a test: `python -m tests.bench.outsiders [SECONDS]`.

One outsider sends ten private commands a second, another presses ten forged buttons a second, through the whole service
as a process of its own. A member claims a lead each second. Prints how long the slowest answer took: 1 s is allowed.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.e2e.stage import staged
from tests.e2e.test_outsiders import has_cards, presses, writes

RATE = 10


async def main(seconds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with staged(Path(folder)) as stage:
            cards = await has_cards(stage, 12)
            writer, presser = stage.town.vikram, stage.town.world.add_person("Mallory")
            at_it = asyncio.gather(
                writes(writer, seconds * RATE, 1 / RATE), presses(stage, presser, cards[0], seconds * RATE, 1 / RATE)
            )
            waits = []
            while not at_it.done():
                stage.simulator.seller.arrive_many(1)
                await stage.drained(within=30)
                card = next(one for one in reversed(stage.town.group.by_bot) if "#" in one.text.splitlines()[-1][:1])
                begun = time.monotonic()
                answer = await stage.town.asha.presses(card, "✋ Claim")
                waits.append(time.monotonic() - begun)
                assert "is yours" in answer.text
                await asyncio.sleep(1)
            asked = sum(call.method == "getChatMember" for call in stage.town.api.calls)
            print(
                f"{len(waits)} claims, the slowest answered in {max(waits) * 1000:.0f} ms; "
                f"{seconds * RATE} commands got {len(writer.chat.by_bot)} answers; getChatMember {asked} times; "
                f"SIGTERM: {await stage.service.stop()}"
            )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60))
