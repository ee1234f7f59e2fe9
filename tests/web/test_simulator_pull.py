"""The simulator's pull APIs, rule by rule, over a real socket."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import aiohttp
import pytest
from yarl import URL

from bot.clock import IST, Clock
from bot.domain.lead import Window
from bot.sandbox.simulator.faults import SimulatorFault
from bot.sandbox.simulator.pull_request import ApiVersion, Result
from bot.sandbox.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox.simulator.seller import Seller

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=IST)
NO_LIMIT = timedelta(0)


class HandClock(Clock):
    """Moves only when it is told to."""

    def __init__(self) -> None:
        self.moment = NOON.astimezone(UTC)
        self.seconds = 1_000.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds

    def forward(self, span: timedelta) -> None:
        self.moment += span
        self.seconds += span.total_seconds()


class Caller:
    """A client that leaves every URL exactly as it is written."""

    def __init__(self, session: aiohttp.ClientSession, simulator: Simulator) -> None:
        self.session = session
        self.simulator = simulator

    @property
    def seller(self) -> Seller:
        return self.simulator.seller

    async def get(self, path: str) -> tuple[int, str]:
        async with self.session.get(URL(self.simulator.url + path, encoded=True)) as response:
            return response.status, await response.text()

    async def v1(self, times: str = "", *, key: str | None = None, mobile: str | None = None) -> list[dict[str, Any]]:
        key = quote(self.seller.crm_key if key is None else key, safe="")
        path = f"/wservce/enquiry/listing/GLUSR_MOBILE/{mobile or self.seller.mobile}/GLUSR_MOBILE_KEY/{key}/{times}"
        status, text = await self.get(path)
        assert status == 200
        rows = json.loads(text)
        assert isinstance(rows, list)
        return rows

    async def v2(self, start: str, end: str, *, key: str | None = None) -> dict[str, Any]:
        key = quote(self.seller.api_key if key is None else key, safe="")
        return await self.query(f"glusr_crm_key={key}&start_time={start}&end_time={end}")

    async def query(self, query: str) -> dict[str, Any]:
        status, text = await self.get(f"/wservce/crm/crmListing/v2/?{query}")
        assert status == 200
        envelope = json.loads(text)
        assert isinstance(envelope, dict)
        return envelope

    async def today(self) -> dict[str, Any]:
        return await self.v2("04-Jan-202612:00:00", "06-Jan-202612:00:00")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def caller(session: aiohttp.ClientSession, clock: HandClock) -> AsyncIterator[Caller]:
    """Without a call budget."""
    async with Simulator(clock, floor=NO_LIMIT) as simulator:
        yield Caller(session, simulator)


@pytest.fixture
async def strict(session: aiohttp.ClientSession, clock: HandClock) -> AsyncIterator[Caller]:
    """With IndiaMART's own call budget."""
    async with Simulator(clock) as simulator:
        yield Caller(session, simulator)


def error_of(rows: list[dict[str, Any]]) -> str:
    assert len(rows) == 1
    assert list(rows[0]) == ["Error_Message"]
    return str(rows[0]["Error_Message"])


async def test_v1_answers_newest_first_with_the_total_on_every_row(caller: Caller, clock: HandClock) -> None:
    old, new = (caller.seller.arrive(at=clock.now() - timedelta(hours=hours)) for hours in (2, 1))
    rows = await caller.v1("Start_Time/05-01-2026%2009:00:00/End_Time/05-01-2026%2012:00:00/")
    assert [row["QUERY_ID"] for row in rows] == [new.query_id, old.query_id]
    assert [(row["RN"], row["TOTAL_COUNT"]) for row in rows] == [("1", "2"), ("2", "2")]


async def test_v1_without_times_answers_the_200_newest_rows(caller: Caller) -> None:
    made = caller.seller.arrive_many(230, over=timedelta(days=30))
    rows = await caller.v1()
    assert [row["QUERY_ID"] for row in rows] == [record.query_id for record in reversed(made[30:])]
    assert rows[0]["TOTAL_COUNT"] == "230"
    assert caller.seller.windows == []


@pytest.mark.parametrize(
    ("spelling", "moment"),
    [
        ("05-JAN-2026", datetime(2026, 1, 5, tzinfo=IST)),
        ("05-Jan-2026", datetime(2026, 1, 5, tzinfo=IST)),
        ("05-01-2026%2009:30:00", datetime(2026, 1, 5, 9, 30, tzinfo=IST)),
        ("05-01-2026%2009%3A30%3A00", datetime(2026, 1, 5, 9, 30, tzinfo=IST)),
    ],
)
async def test_v1_reads_its_documented_times_as_ist(caller: Caller, spelling: str, moment: datetime) -> None:
    await caller.v1(f"Start_Time/{spelling}/End_Time/06-Jan-2026/")
    assert caller.seller.windows == [Window(moment.astimezone(UTC), datetime(2026, 1, 5, 18, 30, tzinfo=UTC))]


@pytest.mark.parametrize(
    "spelling",
    [
        "2026-01-05",
        "05-01-2026",
        "5-Jan-2026",
        "05-Jan-202609:30:00",
        "05-01-2026%2024:00:00",
        "31-Feb-2026",
        "07-Jan-2026",
    ],
)
async def test_v1_refuses_other_times(caller: Caller, spelling: str) -> None:
    rows = await caller.v1(f"Start_Time/{spelling}/End_Time/06-Jan-2026/")
    assert error_of(rows).startswith("Date format used in API URL is incorrect.")
    assert caller.seller.calls[0].result is Result.BAD_DATES


async def test_v1_says_that_there_are_no_leads_in_its_own_words(caller: Caller) -> None:
    rows = await caller.v1("Start_Time/05-Jan-2026/End_Time/06-Jan-2026/")
    expected = "There are no leads in the given time duration.please try for a different duration."
    assert error_of(rows) == expected


async def test_v1_has_no_leads_of_the_days_before_the_integration(caller: Caller, clock: HandClock) -> None:
    for days in (0.2, 0.7, 3):
        caller.seller.arrive("W", at=clock.now() - timedelta(days=days))
    caller.seller.integrated_at = clock.now()
    assert len(await caller.v1()) == 1
    assert len((await caller.today())["RESPONSE"]) == 2, "v2 knows no such day"
    caller.seller.integrated_at = clock.now() - timedelta(days=1)
    assert len(await caller.v1()) == 2


async def test_v1_may_take_whole_days_only(caller: Caller) -> None:
    caller.seller.arrive("W")
    caller.seller.refuses_times = True
    assert "Date format" in error_of(
        await caller.v1("Start_Time/05-01-2026%2000:00:00/End_Time/06-01-2026%2000:00:00/")
    )
    assert len(await caller.v1("Start_Time/05-JAN-2026/End_Time/06-JAN-2026/")) == 1
    assert len(await caller.v1()) == 1


@pytest.mark.parametrize("fault", [SimulatorFault.INVALID_KEY, SimulatorFault.WRONG_OR_EXPIRED_KEY])
async def test_a_key_is_refused_in_more_words_than_one(caller: Caller, fault: SimulatorFault) -> None:
    caller.simulator.faults.switch_on(fault)
    words = "Invalid Key" if fault is SimulatorFault.INVALID_KEY else "incorrect or has been expired"
    assert words in error_of(await caller.v1())
    found = await caller.today()
    assert (found["CODE"], words in found["MESSAGE"]) == (401, True)


@pytest.mark.parametrize("wrong", [{"key": "other"}, {"mobile": "9000000000"}])
async def test_v1_wants_the_right_mobile_and_the_right_key(caller: Caller, wrong: dict[str, str]) -> None:
    expected = "CRM key that you are using is incorrect. Kindly use the correct CRM key as provided in email or sms."
    assert error_of(await caller.v1(**wrong)) == expected


@pytest.mark.parametrize("path", ["/", "/wservice/enquiry/listing/GLUSR_MOBILE/9000099999/GLUSR_MOBILE_KEY/k/"])
async def test_the_misprinted_path_is_not_there(caller: Caller, path: str) -> None:
    status, text = await caller.get(path)
    assert (status, "404" in text) == (404, True)
    assert caller.simulator.calls[0].result is Result.NO_SUCH_PAGE


async def test_v1_wants_its_trailing_slash_and_an_encoded_key(caller: Caller) -> None:
    start = f"/wservce/enquiry/listing/GLUSR_MOBILE/{caller.seller.mobile}/GLUSR_MOBILE_KEY/"
    assert (await caller.get(start + quote(caller.seller.crm_key, safe="")))[0] == 404
    assert (await caller.get(start + "half/a+key==/"))[0] == 404


async def test_only_get_is_served(caller: Caller) -> None:
    async with caller.session.post(caller.simulator.url + "/wservce/crm/crmListing/v2/") as response:
        assert response.status == 405


async def test_v1_is_called_too_soon_within_15_minutes(strict: Caller, clock: HandClock) -> None:
    strict.seller.arrive()
    assert len(await strict.v1()) == 1
    clock.forward(timedelta(minutes=14, seconds=59))
    assert error_of(await strict.v1()) == (
        "It is advised to hit this API once in every 15 minutes,but it seems that you have crossed this limit. "
        "please try again after 15 minutes."
    )
    clock.forward(timedelta(seconds=1))
    assert "QUERY_ID" in (await strict.v1())[0]
    assert strict.seller.spacing == [899, 1]


async def test_v2_puts_leads_into_an_envelope(caller: Caller) -> None:
    lead = caller.seller.arrive("W", product="Gear Pump")
    envelope = await caller.today()
    rows = envelope.pop("RESPONSE")
    assert envelope == {"CODE": 200, "STATUS": "SUCCESS", "MESSAGE": "", "TOTAL_RECORDS": 1}
    assert (rows[0]["UNIQUE_QUERY_ID"], rows[0]["QUERY_TYPE"]) == (lead.query_id, "W")
    assert (rows[0]["QUERY_TIME"], rows[0]["QUERY_PRODUCT_NAME"]) == ("2026-01-05 12:00:00", "Gear Pump")


async def test_v2_says_204_when_there_are_no_leads(caller: Caller) -> None:
    assert await caller.today() == {
        "CODE": 204,
        "STATUS": "FAILURE",
        "MESSAGE": "There are no leads in the given time duration. Please try for a different duration.",
        "TOTAL_RECORDS": 0,
        "RESPONSE": [],
    }


@pytest.mark.parametrize(
    ("spelling", "moment"),
    [
        ("05-Jan-202609:30:00", datetime(2026, 1, 5, 9, 30, tzinfo=IST)),
        ("05-01-2026%2009:30:00", datetime(2026, 1, 5, 9, 30, tzinfo=IST)),
        ("05-01-2026+09:30:00", datetime(2026, 1, 5, 9, 30, tzinfo=IST)),
        ("05-JAN-2026", datetime(2026, 1, 5, tzinfo=IST)),
    ],
)
async def test_v2_reads_the_times_the_live_service_took(caller: Caller, spelling: str, moment: datetime) -> None:
    await caller.v2(spelling, "06-Jan-2026")
    assert caller.seller.windows == [Window(moment.astimezone(UTC), datetime(2026, 1, 5, 18, 30, tzinfo=UTC))]


@pytest.mark.parametrize(
    "spelling",
    ["05-Jan-202609%3A30%3A00", "05-Jan-2026%2009:30:00", "2026-01-05 09:30:00", "", "x", "06-Jan-2026", "07-Jan-2026"],
)
async def test_v2_refuses_other_times_encoded_colons_and_an_end_before_the_start(caller: Caller, spelling: str) -> None:
    envelope = await caller.v2(spelling.replace(" ", "%20"), "06-Jan-2026")
    assert (envelope["CODE"], envelope["STATUS"], envelope["RESPONSE"]) == (400, "FAILURE", [])
    assert envelope["MESSAGE"].startswith("Date format used in API URL is incorrect. Ideally end_time should be")


@pytest.mark.parametrize("missing", ["start_time", "end_time"])
async def test_v2_refuses_a_missing_time(caller: Caller, missing: str) -> None:
    times = {"start_time": "04-Jan-2026", "end_time": "05-Jan-2026"}
    del times[missing]
    ((name, value),) = times.items()
    envelope = await caller.query(f"glusr_crm_key={quote(caller.seller.api_key, safe='')}&{name}={value}")
    assert envelope["CODE"] == 400


async def test_v2_allows_seven_days_and_not_a_second_more(caller: Caller) -> None:
    assert (await caller.v2("29-Dec-202500:00:00", "05-Jan-202600:00:00"))["CODE"] == 204
    envelope = await caller.v2("29-Dec-202500:00:00", "05-Jan-202600:00:01")
    expected = "Maximum allowed difference between start_time and end_time is 7 days"
    assert (envelope["CODE"], envelope["MESSAGE"]) == (400, expected)


async def test_v2_goes_back_365_days_and_not_a_second_more(caller: Caller) -> None:
    assert (await caller.v2("05-Jan-202512:00:00", "06-Jan-202512:00:00"))["CODE"] == 204
    envelope = await caller.v2("05-Jan-202511:59:59", "06-Jan-202511:59:59")
    expected = "You can fetch the data for the last 365 days only. Kindly change the Start Time or End Time accordingly"
    assert (envelope["CODE"], envelope["MESSAGE"]) == (400, expected)


async def test_v2_wants_the_right_key_encoded(caller: Caller) -> None:
    expected = (
        "Pull API Key that you are using is incorrect. Kindly use the correct Pull API Key as provided in the email."
    )
    for query in (
        "glusr_crm_key=x",
        f"glusr_crm_key={caller.seller.api_key}",
        f"glusr_crm_key={caller.seller.crm_key}",
    ):
        envelope = await caller.query(f"{query}&start_time=04-Jan-2026&end_time=05-Jan-2026")
        assert (envelope["CODE"], envelope["MESSAGE"]) == (401, expected)
    assert [call.seller for call in caller.simulator.calls] == [None] * 3


async def test_v2_is_called_too_soon_within_5_minutes(strict: Caller, clock: HandClock) -> None:
    assert (await strict.today())["CODE"] == 204
    clock.forward(timedelta(minutes=4, seconds=59))
    envelope = await strict.today()
    assert envelope["CODE"] == 429
    assert "once in every 5 minutes,but" in envelope["MESSAGE"]
    clock.forward(timedelta(seconds=1))
    assert (await strict.today())["CODE"] == 204


async def test_a_refused_date_costs_a_call(strict: Caller) -> None:
    assert (await strict.v2("x", "y"))["CODE"] == 400
    assert (await strict.today())["CODE"] == 429


async def test_a_sixth_call_in_a_minute_blocks_the_key_for_15(strict: Caller, clock: HandClock) -> None:
    for _ in range(5):
        assert "RESPONSE" in await strict.today()
    blocked = {
        "CODE": 429,
        "STATUS": "FAILURE",
        "MESSAGE": "Too Many Requests",
        "APP_AUTH_FAILURE_CODE": 429,
        "unique_id": "",
    }
    assert await strict.today() == blocked
    clock.forward(timedelta(minutes=14, seconds=59))
    assert await strict.today() == blocked
    clock.forward(timedelta(seconds=1))
    assert (await strict.today())["CODE"] == 204


async def test_v1_and_v2_have_budgets_of_their_own(strict: Caller) -> None:
    assert (await strict.today())["CODE"] == 204
    assert "no leads" in error_of(await strict.v1())


async def test_a_key_unused_for_seven_days_expires(strict: Caller, clock: HandClock) -> None:
    clock.forward(timedelta(days=7))
    assert (await strict.today())["CODE"] == 204
    clock.forward(timedelta(days=7, seconds=1))
    envelope = await strict.today()
    assert envelope["CODE"] == 401
    assert "has expired as it was no longer in use" in envelope["MESSAGE"]


async def test_an_expired_v1_key_is_called_expired(caller: Caller) -> None:
    caller.seller.expire_key(ApiVersion.V1)
    assert "expired" in error_of(await caller.v1())


async def test_a_new_key_kills_the_old_one_at_once(strict: Caller) -> None:
    old = strict.seller.api_key
    new = strict.seller.regenerate_key()
    assert (await strict.v2("04-Jan-2026", "05-Jan-2026", key=old))["CODE"] == 401
    assert (await strict.v2("04-Jan-2026", "05-Jan-2026", key=new))["CODE"] == 204


async def test_history_before_the_first_key_takes_a_day(caller: Caller, clock: HandClock) -> None:
    caller.seller.first_key_at = clock.now()
    envelope = await caller.today()
    assert (envelope["CODE"], envelope["RESPONSE"]) == (204, [])
    assert envelope["MESSAGE"] == (
        "Leads before 05-01-2026 12:00:00 will be available after 24 hours from the generation of your first key."
    )
    caller.seller.arrive()
    assert (await caller.v2("05-Jan-202612:00:00", "06-Jan-2026"))["CODE"] == 200
    clock.forward(timedelta(hours=24))
    assert (await caller.today())["CODE"] == 200


async def test_the_moment_that_is_named_can_be_asked_from(caller: Caller, clock: HandClock) -> None:
    """It is named in whole seconds; the key was made in the middle of one."""
    caller.seller.first_key_at = clock.now() + timedelta(milliseconds=400)
    assert (await caller.v2("05-Jan-202611:59:59", "06-Jan-2026"))["MESSAGE"].startswith("Leads before 05-01-2026 12:")
    caller.seller.arrive()
    assert (await caller.v2("05-Jan-202612:00:00", "06-Jan-2026"))["CODE"] == 200


async def test_a_late_lead_is_seen_only_later_under_its_own_time(caller: Caller, clock: HandClock) -> None:
    caller.seller.arrive(late=timedelta(minutes=20))
    clock.forward(timedelta(minutes=19))
    assert (await caller.today())["CODE"] == 204
    clock.forward(timedelta(minutes=1))
    assert (await caller.today())["RESPONSE"][0]["QUERY_TIME"] == "2026-01-05 12:00:00"


async def test_both_ends_of_a_window_belong_to_it(caller: Caller, clock: HandClock) -> None:
    caller.seller.arrive()
    assert (await caller.v2("05-Jan-202612:00:00", "05-Jan-202612:00:01"))["TOTAL_RECORDS"] == 1
    assert (await caller.v2("05-Jan-202611:59:59", "05-Jan-202612:00:00"))["TOTAL_RECORDS"] == 1
    assert (await caller.v2("05-Jan-202612:00:01", "05-Jan-202612:00:02"))["TOTAL_RECORDS"] == 0


async def test_an_answer_cut_short_announces_more_than_it_holds(caller: Caller) -> None:
    caller.seller.row_limit = 2
    made = caller.seller.arrive_many(5, over=timedelta(hours=1))
    envelope = await caller.today()
    assert envelope["TOTAL_RECORDS"] == 5
    assert [row["UNIQUE_QUERY_ID"] for row in envelope["RESPONSE"]] == [made[4].query_id, made[3].query_id]
    assert [row["TOTAL_COUNT"] for row in await caller.v1()] == ["5", "5"]


async def test_sellers_see_their_own_leads_only(caller: Caller) -> None:
    other = caller.simulator.add_seller("9000088888", "other-crm", "other-api")
    caller.seller.arrive()
    assert (await caller.v2("05-Jan-2026", "06-Jan-2026", key="other-api"))["CODE"] == 204
    assert (await caller.v2("05-Jan-2026", "06-Jan-2026"))["CODE"] == 200
    assert [len(seller.calls) for seller in (caller.seller, other)] == [1, 1]


async def test_a_row_may_be_wrong_on_purpose(caller: Caller) -> None:
    caller.seller.arrive("W", overrides={"UNIQUE_QUERY_ID": 2640000001, "QUERY_TIME": "soon"})
    row = (await caller.today())["RESPONSE"][0]
    assert (row["UNIQUE_QUERY_ID"], row["QUERY_TIME"]) == (2640000001, "soon")


async def test_the_same_lead_twice_is_two_rows(caller: Caller) -> None:
    caller.seller.add(caller.seller.arrive())
    assert (await caller.today())["TOTAL_RECORDS"] == 2


async def test_the_same_buyer_comes_again(caller: Caller) -> None:
    caller.seller.arrive("W", mobile="+91-9000011111")
    caller.seller.arrive_again(kind="B", product="Gear Pump")
    rows = (await caller.today())["RESPONSE"]
    assert [row["SENDER_MOBILE"] for row in rows] == ["+91-9000011111"] * 2
    assert sorted(row["QUERY_TYPE"] for row in rows) == ["B", "W"]


async def test_the_http_date_is_the_simulators_time(caller: Caller) -> None:
    async with caller.session.get(caller.simulator.url) as response:
        assert response.headers["Date"] == "Mon, 05 Jan 2026 06:30:00 GMT"
