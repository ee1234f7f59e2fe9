"""Everything goes wrong at once at LOG_LEVEL=debug, and the log holds neither a secret nor a buyer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import aiohttp
import pytest

from bot.domain import phones
from bot.sandbox.simulator.faults import Canned, SimulatorFault
from bot.sandbox.simulator.server import CRM_KEY, MOBILE
from tests.e2e.stage import Stage, staged

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.english  # what is looked at are logs

PUSH_TOKEN = "a-push-token~of_the.test-0123456789"
V1 = {"INDIAMART_MOBILE": MOBILE, "INDIAMART_KEY": CRM_KEY}
DEBUG = {"LOG_LEVEL": "debug", "PUSH_TOKEN": PUSH_TOKEN, "HTTP_LISTEN": "127.0.0.1:0"}


def spellings(secret: str) -> set[str]:
    """As it is, and as addresses, forms and Python write it."""
    return {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), repr(secret)[1:-1]}


def secrets(stage: Stage) -> set[str]:
    settings = stage.service.settings
    found = {settings["INDIAMART_KEY"], MOBILE, PUSH_TOKEN, settings["TELEGRAM_BOT_TOKEN"]}
    for record in stage.simulator.seller.records:
        number = "+" + phones.digits(record.mobile)
        found |= {record.name, record.email, record.mobile, number[-10:], phones.show(number)}
    return {spelling for secret in found if secret for spelling in spellings(secret)}


async def pushed(stage: Stage) -> None:
    """IndiaMART sends a lead, somebody guesses a token, and somebody sends rubbish to the right address."""
    await stage.service.says("listening on")
    found = re.search(r"listening on (http://[\d.]+:\d+)", stage.service.log)
    assert found is not None
    record = stage.simulator.seller.arrive("W")
    body = {"CODE": 200, "RESPONSE": {"UNIQUE_QUERY_ID": "77", "QUERY_TYPE": "W", "SENDER_NAME": record.name}}
    async with aiohttp.ClientSession() as session:
        for path in (PUSH_TOKEN, PUSH_TOKEN[:-1], f"{PUSH_TOKEN}/more"):
            async with session.post(f"{found[1]}/indiamart/{path}", json=body):
                pass
        async with session.post(f"{found[1]}/indiamart/{PUSH_TOKEN}", data=b"\xff" + record.name.encode()):
            pass


async def breaks_indiamart(stage: Stage) -> None:
    """Also with a page that repeats the address it was asked for, as gateways do."""
    key = stage.service.settings["INDIAMART_KEY"]
    echo = f"<html><title>502 for /x/?glusr_crm_key={quote(key, safe='')}&mobile={MOBILE} {key}</title></html>"
    worded = f'{{"CODE": 500, "MESSAGE": "failed for {key} {MOBILE}", "RESPONSE": []}}'
    faults: list[Canned | SimulatorFault] = [
        Canned(worded.encode()),
        Canned(echo.encode(), 502, "text/html"),
        SimulatorFault.RESET,
        SimulatorFault.TRUNCATED,
        SimulatorFault.HUGE,
    ]
    before = len(stage.simulator.calls)
    stage.simulator.faults.queue(*faults, SimulatorFault.SERVER_ERROR, SimulatorFault.CUT_OFF, SimulatorFault.WRONG_KEY)
    await stage.simulator.called(before + 8, 25)
    await stage.simulator.go_down()


async def breaks_telegram(stage: Stage) -> None:
    faults = stage.town.api.faults
    faults.flood(retry_after=1)
    faults.server_error("sendMessage")
    faults.server_error("sendMessage", is_html=True)
    faults.reset("sendMessage")
    faults.refuse(400, "Bad Request: can't parse entities", "sendMessage")
    record = stage.simulator.seller.records[0]
    stage.town.ravi.says(stage.town.group, f"/search {record.name} {record.mobile[-10:]}")
    stage.town.ravi.says(stage.town.group, f"/search@leadbell_bot {record.email}")
    stage.simulator.seller.arrive_many(3)
    await stage.town.world.wait_for(lambda: len(list(faults)) <= 2)


@pytest.mark.parametrize(("api", "log_format"), [("v1", "text"), ("v2", "json")])
async def test_nothing_secret_is_said_whatever_goes_wrong(tmp_path: Path, api: str, log_format: str) -> None:
    settings = DEBUG | {"LOG_FORMAT": log_format, "POLL_EVERY": "0.1s"} | (V1 if api == "v1" else {})
    async with staged(tmp_path, settings) as stage:
        stage.simulator.seller.arrive_many(5)
        await stage.service.start()
        await stage.drained()
        await pushed(stage)
        await breaks_telegram(stage)
        await breaks_indiamart(stage)
        stage.town.api.faults.hang("sendMessage", times=None)
        stage.town.world.revoke_token()
        await stage.service.says("refuses the bot token")
        await stage.town.api.go_down()
        assert await stage.service.stop() == 0
        said = stage.service.log
        assert "failed for ***" in said
        assert {spelling for spelling in secrets(stage) if spelling in said} == set()
        assert "Traceback" not in said
