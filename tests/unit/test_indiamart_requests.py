"""What is sent: IST whatever the machine's zone, and a key that survives its way in a URL."""

from __future__ import annotations

import locale
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from bot.clock import IST
from bot.domain.lead import Window
from bot.indiamart import v1, v2

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "https://mapi.indiamart.com"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
KEY = "a/b+c=="
WINDOW = Window(datetime(2026, 1, 4, 18, 30, tzinfo=UTC), datetime(2026, 1, 5, 18, 29, 59, tzinfo=UTC))


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"], autouse=True)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_v1_asks_in_path_segments_with_a_trailing_slash() -> None:
    url = v1.request(WINDOW, base=HOST, mobile="9000099999", key=KEY)
    assert str(url) == (
        f"{HOST}/wservce/enquiry/listing/GLUSR_MOBILE/9000099999/GLUSR_MOBILE_KEY/a%2Fb%2Bc%3D%3D"
        "/Start_Time/05-01-2026%2000:00:00/End_Time/05-01-2026%2023:59:59/"
    )


def test_v1_asks_for_the_newest_rows_without_times() -> None:
    url = v1.request(None, base=HOST, mobile="9000099999", key=KEY)
    assert str(url) == f"{HOST}/wservce/enquiry/listing/GLUSR_MOBILE/9000099999/GLUSR_MOBILE_KEY/a%2Fb%2Bc%3D%3D/"


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (datetime(2018, 3, 25, 9, tzinfo=IST), datetime(2018, 3, 25, 11, tzinfo=IST), ("25-MAR-2018", "26-MAR-2018")),
        (datetime(2018, 3, 25, tzinfo=IST), datetime(2018, 3, 26, tzinfo=IST), ("25-MAR-2018", "26-MAR-2018")),
        (datetime(2018, 12, 31, 23, tzinfo=IST), datetime(2019, 1, 1, 1, tzinfo=IST), ("31-DEC-2018", "02-JAN-2019")),
        (datetime(2018, 3, 24, 19, tzinfo=UTC), datetime(2018, 3, 24, 20, tzinfo=UTC), ("25-MAR-2018", "26-MAR-2018")),
    ],
)
def test_v1_asks_for_whole_days_in_its_date_form(start: datetime, end: datetime, days: tuple[str, str]) -> None:
    url = v1.request(Window(start, end), base=HOST, mobile="9000099999", key="k", by_day=True)
    assert str(url).endswith(f"/GLUSR_MOBILE_KEY/k/Start_Time/{days[0]}/End_Time/{days[1]}/")


def test_v2_asks_in_a_query_with_raw_colons() -> None:
    url = v2.request(WINDOW, base=HOST, key=KEY)
    assert str(url) == (
        f"{HOST}/wservce/crm/crmListing/v2/?glusr_crm_key=a%2Fb%2Bc%3D%3D"
        "&start_time=05-Jan-202600:00:00&end_time=05-Jan-202623:59:59"
    )


@pytest.mark.parametrize("offset", [-11, 0, 14])
def test_the_zone_a_window_is_given_in_changes_nothing(offset: int) -> None:
    zone = timezone(timedelta(hours=offset))
    moved = Window(WINDOW.start.astimezone(zone), WINDOW.end.astimezone(zone))
    assert v2.request(moved, base=HOST, key=KEY) == v2.request(WINDOW, base=HOST, key=KEY)


def test_months_are_english_whatever_the_locale() -> None:
    before = locale.setlocale(locale.LC_TIME)
    try:
        for name in ("de_DE.UTF-8", "hi_IN.UTF-8", "fr_FR.UTF-8"):
            try:
                locale.setlocale(locale.LC_TIME, name)
            except locale.Error:
                continue
            break
        for month, name in enumerate(MONTHS, 1):
            moment = datetime(2025, month, 9, 7, 5, 3, tzinfo=IST)
            url = v2.request(Window(moment, moment + timedelta(hours=1)), base=HOST, key="k")
            assert f"start_time=09-{name}-202507:05:03" in str(url)
    finally:
        locale.setlocale(locale.LC_TIME, before)


@pytest.mark.parametrize(
    ("base", "start"),
    [
        ("http://127.0.0.1:8080/sim/", "http://127.0.0.1:8080/sim/wservce/enquiry/listing/GLUSR_MOBILE/1/"),
        ("https://mapi.indiamart.com/", "https://mapi.indiamart.com/wservce/enquiry/listing/GLUSR_MOBILE/1/"),
        (
            "https://mapi.indiamart.com/wservice/enquiry/listing/",
            "https://mapi.indiamart.com/wservice/enquiry/listing/GLUSR_MOBILE/1/",
        ),
    ],
)
def test_a_base_may_carry_a_path_or_the_whole_of_it(base: str, start: str) -> None:
    assert str(v1.request(WINDOW, base=base, mobile="1", key="k")).startswith(start)


@pytest.mark.parametrize("key", ["a/b+c==", "100%", "a b&c?d#e", "ключ", ".", "a%2Fb", "-_.~", "\udc80"])
def test_any_key_stays_one_segment_and_one_value(key: str) -> None:
    path = v1.request(WINDOW, base=HOST, mobile="1", key=key).raw_path.split("/")
    query = v2.request(WINDOW, base=HOST, key=key).raw_query_string.split("&")
    assert len(path) == 13
    assert unquote(path[7]) == unquote(query[0].partition("=")[2])
    assert len(query) == 3
