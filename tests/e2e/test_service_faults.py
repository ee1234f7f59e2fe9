"""What goes wrong at IndiaMART's: told once when it starts and once when it ends, and no lead is lost by it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.e2e.shop import Shop, opened, sample
from tests.languages import heard, worded

if TYPE_CHECKING:
    from pathlib import Path

NOTHING = {"v1": sample("v1_error_no_leads.json"), "v2": sample("v2_204_no_leads.json")}
HOUR = timedelta(hours=1)
SAID_ALREADY = pytest.mark.english
"""In the same words as another of the table."""

MANY = 100
"""A fault goes on until `comes_through` switches it off: on a slow machine polls come by themselves meanwhile."""
WRONG_KEY = "⚠️ IndiaMART does not accept the key"
BLOCKED = "⚠️ IndiaMART has blocked the key for a while"
NOT_READY = "⚠️ IndiaMART does not have the leads ready yet"
REFUSED = "⚠️ IndiaMART refuses the times we ask for"
SHARED = "⚠️ Another program uses the same IndiaMART key"
DOWN = "⚠️ IndiaMART does not answer properly"
OVER = {
    WRONG_KEY: "✅ IndiaMART accepts the key again",
    BLOCKED: "✅ IndiaMART no longer blocks the key",
    NOT_READY: "✅ IndiaMART has the leads ready now",
    REFUSED: "✅ IndiaMART takes the times we ask for again",
    SHARED: "✅ Leadbell has the IndiaMART key to itself again",
    DOWN: "✅ IndiaMART answers properly again",
}
NO_LEADS = (
    "⚠️ New leads do not come through at the moment: none is lost, but until they do please look into the Lead Manager "
    "at seller.indiamart.com."
)
THEY_COME = "✅ New leads come through again, and so do those that came meanwhile."
TO_THE_GROUP = {
    NOT_READY: "⚠️ The leads of earlier days may take a day to come; new ones come as usual.",
    OVER[NOT_READY]: "✅ The leads of earlier days are coming now.",
    SHARED: "⚠️ New leads come later than usual at the moment; none is lost.",
    OVER[SHARED]: "✅ New leads come in time again.",
}
"""Of the other troubles the team notices that no leads come."""


async def again(shop: Shop, by: timedelta) -> None:
    """One more call, so much later, and its answer taken in."""
    await shop.idle()
    before = len(shop.simulator.calls)
    await shop.moves_on(by)
    await shop.simulator.called(before + 1)
    await shop.idle()


def told(shop: Shop) -> list[list[str]]:
    """What the group was told, and the first lines of what the admin was."""
    return [
        shop.notices,
        [message.text.splitlines()[0] for message in shop.boss.chat.by_bot],
    ]


async def has_told(shop: Shop, *headlines: str) -> None:
    """The admin in these words; the group in one sentence, which blames nobody."""
    to_the_group = [TO_THE_GROUP.get(one, NO_LEADS if one.startswith("⚠️") else THEY_COME) for one in headlines]
    await shop.until(lambda: told(shop) == worded([to_the_group, list(headlines)]))


async def comes_through(shop: Shop) -> None:
    """What arrived during the fault, and what was asked for in vain before it was over, is there now."""
    shop.simulator.faults.switch_off()
    record = shop.simulator.seller.arrive("W", at=shop.windows[0].end + timedelta(seconds=1))
    await again(shop, HOUR)
    await shop.until(lambda: [text.split()[-1] for text in shop.cards] == [record.query_id])


@pytest.mark.parametrize(
    ("name", "headline", "advice"),
    [
        ("v1_error_wrong_key", WRONG_KEY, "Generate key"),
        pytest.param("v2_401_wrong_key_2023", WRONG_KEY, "Generate key", marks=SAID_ALREADY),
        pytest.param("v2_401_wrong_key_current", WRONG_KEY, "Generate key", marks=SAID_ALREADY),
        pytest.param("v2_401_key_expired_unused", WRONG_KEY, "Generate key", marks=SAID_ALREADY),
        ("v2_429_key_blocked_15min", BLOCKED, "Blocked until about"),
        ("v2_204_history_not_ready", NOT_READY, "asks again by itself"),
        ("v2_400_bad_date_format", REFUSED, "check date and time"),
        pytest.param("v2_400_over_7_days", REFUSED, "check date and time", marks=SAID_ALREADY),
        pytest.param("v2_400_over_365_days", REFUSED, "check date and time", marks=SAID_ALREADY),
    ],
)
async def test_what_only_people_can_mend_is_told_at_once_and_once(
    tmp_path: Path, name: str, headline: str, advice: str
) -> None:
    api, body = name[:2], sample(f"{name}.json")
    async with opened(tmp_path, NOTHING[api], *[body] * MANY, api=api, OVERLAP="0s", POLL_EVERY="0.3s") as shop:
        await has_told(shop, headline)
        assert heard(advice, shop.boss.chat.texts[0])
        await again(shop, HOUR)
        await again(shop, HOUR)
        await has_told(shop, headline)
        await comes_through(shop)
        await has_told(shop, headline, OVER[headline])
        assert any(window.start <= shop.windows[0].end for window in shop.windows[4:])


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("v1_error_rate_limit_15min.json", marks=SAID_ALREADY),
        pytest.param("v1_error_rate_limit_5min.json", marks=SAID_ALREADY),
        "v2_429_five_minute_rule.json",
    ],
)
async def test_too_soon_is_waited_for_and_told_only_if_it_lasts(tmp_path: Path, name: str) -> None:
    minutes = 15 if "15min" in name else 5
    api = name[:2]
    async with opened(tmp_path, NOTHING[api], *[sample(name)] * 3, api=api, OVERLAP="0s") as shop:
        await shop.simulator.called(2)
        await shop.idle()
        await shop.moves_on(timedelta(minutes=minutes) - timedelta(seconds=20))
        await shop.polls(0)
        assert len(shop.simulator.calls) == 2
        await again(shop, timedelta(seconds=30))
        assert told(shop) == [[], []]
        await again(shop, timedelta(minutes=31))
        await has_told(shop, SHARED)
        await comes_through(shop)
        await has_told(shop, SHARED, OVER[SHARED])


@pytest.mark.parametrize("name", ["v2_500_server_error.json", pytest.param("gateway_502.html", marks=SAID_ALREADY)])
@pytest.mark.parametrize("api", [pytest.param("v1", marks=SAID_ALREADY), "v2"])
async def test_a_breakdown_is_told_only_if_it_lasts_half_an_hour(tmp_path: Path, api: str, name: str) -> None:
    async with opened(tmp_path, NOTHING[api], api=api, OVERLAP="0s", POLL_EVERY="0.05s") as shop:
        await shop.simulator.called(1)
        status = 502 if name.endswith("html") else 200
        shop.simulator.faults.can(sample(name), status, "text/html" if status == 502 else "application/json", times=500)
        await shop.polls(3)
        await again(shop, timedelta(minutes=25))
        assert told(shop) == [[], []]
        await again(shop, timedelta(minutes=6))
        await has_told(shop, DOWN)
        await comes_through(shop)
        await has_told(shop, DOWN, OVER[DOWN])


async def test_a_lead_that_a_fault_held_up_says_so(tmp_path: Path) -> None:
    refused = [sample("v2_401_wrong_key_current.json")] * MANY
    async with opened(tmp_path, NOTHING["v2"], *refused, POLL_EVERY="0.3s") as shop:
        await has_told(shop, WRONG_KEY)
        await comes_through(shop)
        assert heard("Posted late: ", shop.cards[0])
        assert heard("our IndiaMART key was refused until ", shop.cards[0])
