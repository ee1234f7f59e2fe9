"""A seller with the key of the 2018 document, set up as README says, and every key of a documented row found again."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from bot.clock import Clock
from bot.sandbox.simulator import v1
from bot.sandbox.simulator.server import CRM_KEY, MOBILE
from tests.e2e.stage import staged
from tests.languages import heard, worded

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.stage import Stage

STARTED: Final = 20.0
"""Seconds within which a process is surely up."""
V1 = {"INDIAMART_MOBILE": MOBILE, "INDIAMART_KEY": CRM_KEY}
WHOLE: Final[dict[str, Any]] = {
    "name": "Asha Testwala",
    "company": "Testwala & Sons",
    "mobile": "+91-9000000021",
    "email": "asha@example.com",
    "address": "12 Test Road, Ernakulam, Kerala",
    "city": "Ernakulam",
    "state": "Kerala",
    "product": "Gate Valve",
    "subject": "Requirement for Gate Valve",
    "message": "I want to buy Gate Valve.",
    "member_since": "Feb-2014",
    "overrides": {
        "READ_STATUS": "1",
        "SENDER_GLUSR_USR_ID": "700000021",
        "QUERY_MODREFID": "710000021",
        "DIR_QUERY_MODREF_TYPE": "2",
        "ORG_SENDER_GLUSR_ID": "720000021",
    },
}
"""With something in each key."""
DOCUMENTED: Final = (
    "RN", "QUERY_ID", "QTYPE", "SENDERNAME", "SENDEREMAIL", "SUBJECT", "DATE_RE", "DATE_R", "DATE_TIME_RE",
    "GLUSR_USR_COMPANYNAME", "READ_STATUS", "SENDER_GLUSR_USR_ID", "MOB", "COUNTRY_FLAG", "QUERY_MODID", "LOG_TIME",
    "QUERY_MODREFID", "DIR_QUERY_MODREF_TYPE", "ORG_SENDER_GLUSR_ID", "ENQ_MESSAGE", "ENQ_ADDRESS", "IM_MEMBER_SINCE",
)  # fmt: skip
"""The 22 keys of the document, as `api.md` has the first of the live rows' 33, and the last but one."""


def on_the_card() -> dict[str, str]:
    return {
        "QUERY_ID": r"^#1 · W \d{10}$",
        "QTYPE": rf"^{worded('🟢 Enquiry · Gate Valve')}$",
        "SENDERNAME": r"^Asha Testwala, ",
        "GLUSR_USR_COMPANYNAME": r"Testwala & Sons$",
        "MOB": r"^📞 \+91 90000 00021$",
        "SENDEREMAIL": r"^✉️ asha@example\.com$",
        "ENQ_ADDRESS": r"^📍 .*Ernakulam, Kerala",
        "DATE_TIME_RE": rf"^\S+ .*\d{{1,2}}:\d\d\s({worded('am')}|{worded('pm')})",
        "ENQ_MESSAGE": r"^I want to buy Gate Valve\.$",
        "IM_MEMBER_SINCE": rf"^{worded('🏷 On IndiaMART since 2014')}$",
    }


async def said_by(stage: Stage, *arguments: str) -> str:
    before = len(stage.service.log)
    await stage.service.start(*arguments)
    assert await stage.service.ends() == 0
    return stage.service.log[before:]


@pytest.mark.english  # the command line's words
async def test_a_v1_seller_checks_runs_and_has_their_leads(tmp_path: Path) -> None:
    async with staged(tmp_path, V1) as stage:
        seller = stage.simulator.seller
        seller.integrated_at = Clock().now() - timedelta(days=400)
        for ago in range(17):
            seller.arrive("W", at=Clock().now() - timedelta(days=20 * ago, minutes=1))
        assert re.search(
            r"the key works: 17 leads, the newest (today|yesterday) \d+:\d\d [ap]m", await said_by(stage, "check")
        )
        assert [call.window for call in seller.calls] == [None]
        await stage.service.start()
        await stage.town.world.wait_for(lambda: len(seller.calls) >= 4 and stage.shown, STARTED)
        assert await stage.service.stop() == 0
        assert sum(stage.shown.values()) == 1, "of the 17 only the newest is from the last day"


async def test_a_server_that_takes_dates_only_gives_its_leads_and_alarms_nobody(tmp_path: Path) -> None:
    async with staged(tmp_path, V1) as stage:
        seller = stage.simulator.seller
        seller.refuses_times = True
        seller.arrive("W", at=Clock().now() - timedelta(minutes=5))
        await stage.service.start()
        await stage.town.world.wait_for(lambda: sum(stage.shown.values()) == 1, STARTED)
        assert await stage.service.stop() == 0
        assert [call.ask.is_by_day for call in seller.calls if call.ask is not None][:2] == [False, True]
        assert not [text for text in stage.town.group.texts if heard("refuse", text)]


async def test_each_of_the_22_documented_keys_is_found_on_the_card_or_in_the_export(tmp_path: Path) -> None:
    async with staged(tmp_path, V1) as stage:
        record = stage.simulator.seller.arrive("W", at=Clock().now() - timedelta(minutes=5), **WHOLE)
        sent: dict[str, Any] = v1.row(record, 1, 1)
        await stage.service.start()
        await stage.town.world.wait_for(lambda: sum(stage.shown.values()) == 1, STARTED)
        assert await stage.service.stop() == 0
        await said_by(stage, "export", str(tmp_path / "all.jsonl"))
        [card] = [text for text in stage.town.group.texts if "Gate Valve" in text]
    exported = json.loads((tmp_path / "all.jsonl").read_text(encoding="utf-8"))
    assert {name for name in DOCUMENTED if not sent[name]} == set()
    assert {name: exported["raw"].get(name) for name in DOCUMENTED} == {name: sent[name] for name in DOCUMENTED}
    assert {name for name, look in on_the_card().items() if not re.search(look, card, re.MULTILINE)} == set()
    assert exported["member_since"] == "Feb-2014"
