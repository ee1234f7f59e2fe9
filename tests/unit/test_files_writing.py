"""What an export looks like, and that import gives back from it the leads that went out."""

from __future__ import annotations

import csv
import json
import tempfile
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.domain.card import Note
from bot.domain.ids import AccountId, LeadId, LeadNumber, UserId
from bot.domain.lead import Kind, Lead, Origin, Status, StoredLead
from bot.errors import LeadbellError
from bot.files import columns, reading, writing
from bot.indiamart import rows
from bot.store import prepared_leads
from bot.store.spelling import storable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

IST = ZoneInfo("Asia/Kolkata")
NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 1, 3, 12, 44, 37, tzinfo=UTC)
FULL = Lead(
    kind=Kind.CALL,
    query_id="2640000001",
    enquired_at=NOON,
    name="=HYPERLINK(1)",
    mobile="+919000000021",
    mobile_alt="+27600000001",
    phone="+911200000001",
    email="asha@example.com",
    address="1, Road",
    city="आगरा",
    country="IN",
    message='Two\nlines, "quoted"',
    order_value_min=3000,
    order_value_max=10_000,
    call_seconds=51,
    receiver_mobile="+918040000001",
    raw='{"QUERY_ID":"2640000001"}',
)


def stored(lead: Lead, **fields: Any) -> StoredLead:
    values = {
        "lead_id": LeadId(70),
        "account_id": AccountId(1),
        "number": LeadNumber(7),
        "origin": Origin.PULL,
        "stored_at": NOON,
    }
    return StoredLead(lead=lead, **{**values, **fields})


def write(path: Path, leads: Sequence[Lead], zone: ZoneInfo = IST, note: Note | None = None, **fields: Any) -> Path:
    with writing.opened(path, path.suffix, zone) as writer:
        writer.write([(stored(lead, **fields), note) for lead in leads])
        writer.finish(lambda: False)
    return path


def read(path: Path, zone: ZoneInfo = IST) -> list[Lead]:
    with reading.opened(path, zone) as source:
        part = source.part(1000)
    assert part is None or part.bad == []
    return [] if part is None else [row.lead for row in part.rows]


def as_stored(lead: Lead) -> Lead:
    """Without the row it was made from, and as the database keeps it: whole seconds."""
    return prepared_leads.of_all([lead])[0].lead._replace(raw="")


# --- round trip


@pytest.mark.parametrize("suffix", writing.SUFFIXES)
def test_an_export_is_imported_as_what_it_was(tmp_path: Path, suffix: str) -> None:
    back = read(write(tmp_path / f"leads{suffix}", [FULL, FULL._replace(query_id=None)]))
    assert list(map(as_stored, back)) == [as_stored(FULL), as_stored(FULL._replace(query_id=None))]
    assert [lead.identity for lead in back] == [FULL.identity, FULL._replace(query_id=None).identity]


def test_json_lines_keep_indiamarts_own_row_too(tmp_path: Path) -> None:
    assert read(write(tmp_path / "leads.jsonl", [FULL])) == [FULL]


_words = st.text(max_size=30) | st.sampled_from(["=1+1", "+91", "-", "@x", "'=x", "''", "null", "#N/A", "&lt;", "१२"])
_phones = st.from_regex(r"(\+?91[- ]?)?[6-9]\d{9}|0\d{2,4}-\d{6,7}|\+27-\d{9}|\d{3}", fullmatch=True) | _words
_message = st.lists(_words | st.sampled_from(["Quantity : 40 piece", "Probable Order Value : 1 to 2 Lakh"]), max_size=4)
_times = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)).map(lambda at: f"{at:%Y-%m-%d %H:%M:%S}")  # noqa: DTZ001
wire_rows = st.fixed_dictionaries(
    {"SENDER_NAME": st.just("A") | _words.map(lambda text: f"A{text}")},
    optional={
        "UNIQUE_QUERY_ID": st.from_regex(r"\d{1,12}", fullmatch=True) | _words,
        "QUERY_TYPE": st.sampled_from(["W", "B", "P", "WA", "BIZ", "new-kind", ""]),
        "QUERY_TIME": _times,
        "SENDER_COMPANY": _words,
        "SENDER_MOBILE": _phones,
        "SENDER_MOBILE_ALT": _phones,
        "SENDER_PHONE": _phones,
        "SENDER_PHONE_ALT": _phones,
        "SENDER_EMAIL": _words,
        "SENDER_EMAIL_ALT": _words,
        "SENDER_ADDRESS": _words,
        "SENDER_CITY": _words,
        "SENDER_STATE": _words,
        "SENDER_PINCODE": st.from_regex(r"[1-9]\d{5}", fullmatch=True),
        "SENDER_COUNTRY_ISO": st.sampled_from(["IN", "ZA", "us", "?"]),
        "QUERY_PRODUCT_NAME": _words,
        "QUERY_MCAT_NAME": _words,
        "SUBJECT": _words,
        "QUERY_MESSAGE": _message.map("<br>".join),
        "CALL_DURATION": st.sampled_from(["51 Secs", "105", "0"]),
        "RECEIVER_MOBILE": _phones,
    },
)


@pytest.mark.parametrize("suffix", writing.SUFFIXES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(found=st.lists(wire_rows, min_size=1, max_size=3), zone=st.sampled_from([IST, NEW_YORK, ZoneInfo("UTC")]))
@example(found=[{"SENDER_NAME": "A", "QUERY_TYPE": "W", "QUERY_MESSAGE": "#N/A"}], zone=IST)
def test_whatever_indiamart_sent_survives_export_and_import(
    tmp_path: Path, suffix: str, found: list[dict[str, str]], zone: ZoneInfo
) -> None:
    leads = [
        one.lead for one in prepared_leads.of_all([lead for lead in map(rows.read, found) if isinstance(lead, Lead)])
    ]
    back = read(write(tmp_path / f"leads{suffix}", leads, zone), zone)
    assert list(map(as_stored, back)) == list(map(as_stored, leads))
    assert [lead.identity for lead in back] == [lead.identity for lead in leads]


@pytest.mark.parametrize("suffix", writing.SUFFIXES)
def test_the_hour_that_clocks_show_twice_comes_back_as_itself(tmp_path: Path, suffix: str) -> None:
    first = datetime(2025, 11, 2, 5, 30, tzinfo=UTC)
    leads = [FULL._replace(enquired_at=first), FULL._replace(enquired_at=first + timedelta(hours=1))]
    back = read(write(tmp_path / f"leads{suffix}", leads, NEW_YORK), NEW_YORK)
    assert [lead.enquired_at for lead in back] == [lead.enquired_at for lead in leads]


# --- CSV


def test_excel_shows_hindi_and_local_times_and_runs_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "leads.csv", [FULL], status=Status.WON, owner_id=UserId(5), note=Note("Asha", "-1"))
    assert path.read_bytes().startswith(b"\xef\xbb\xbfLead,Kind,Query ID,Enquired at,Name,")
    with path.open(encoding="utf-8-sig", newline="") as text:
        (row,) = csv.DictReader(text)
    assert (row["City"], row["Enquired at"]) == ("आगरा", "2026-01-03 18:14:37")
    assert (row["Name"], row["Mobile"], row["Latest note"]) == ("'=HYPERLINK(1)", "'+919000000021", "'-1")
    assert (row["Lead"], row["Status"], row["Owner"], row["Order value max"]) == ("7", "won", "5", "10000")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_no_cell_of_a_csv_begins_as_a_formula(tmp_path: Path, text: str) -> None:
    hostile = FULL._replace(name=storable(text), company=f"={storable(text)}")
    path = write(tmp_path / "leads.csv", [hostile], owner_name="@SUM(1)")
    with path.open(encoding="utf-8-sig", newline="") as opened:
        for row in csv.reader(opened):
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row)


# --- XLSX


def test_a_sheet_has_real_dates_text_phones_and_a_heading_that_stays(tmp_path: Path) -> None:
    path = write(tmp_path / "leads.xlsx", [FULL], claimed_at=NOON, owner_name="Ravi")
    book = openpyxl.load_workbook(path)
    page = book.active
    assert page is not None
    assert (page.freeze_panes, page.auto_filter.ref) == ("A2", "A1:AH2")
    head = [cell.value for cell in page[1]]
    assert head == [columns.title(name) for name in columns.COLUMNS]
    assert all(cell.font.bold for cell in page[1])
    cells: dict[Any, Any] = dict(zip(head, page[2], strict=True))
    assert cells["Enquired at"].is_date
    assert cells["Enquired at"].value == datetime(2026, 1, 3, 18, 14, 37)  # noqa: DTZ001 - sheets have no zones
    assert cells["Claimed at"].is_date
    assert (cells["Mobile"].data_type, cells["Mobile"].value) == ("s", "+919000000021")
    assert (cells["Name"].data_type, cells["Name"].value) == ("s", "=HYPERLINK(1)")
    assert cells["Name"].quotePrefix
    assert (cells["Order value max"].data_type, cells["Owner"].value) == ("n", "Ravi")


def test_what_a_cell_cannot_hold_is_shortened_or_left_out(tmp_path: Path) -> None:
    (lead,) = read(write(tmp_path / "leads.xlsx", [FULL._replace(message="x" * 40_000, name="A\x01sha")]))
    assert lead.name == "Asha"
    assert lead.message is not None
    assert len(lead.message) == 32_767


def test_more_leads_than_a_sheet_holds_are_refused_with_a_way_out(tmp_path: Path) -> None:
    writing.check_size(tmp_path / "leads.xlsx", 1_048_575)
    writing.check_size(tmp_path / "leads.csv", 5_000_000)
    with pytest.raises(LeadbellError, match=r"10,48,575 leads at most\. Choose a span"):
        writing.check_size(tmp_path / "leads.XLSX", 1_048_576)


def test_a_sheet_needs_no_folder_for_temporary_files_and_leaves_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert read(write(tmp_path / "out.xlsx", [FULL]))[0].mobile == FULL.mobile
    assert [path.name for path in tmp_path.iterdir()] == ["out.xlsx"]


def test_a_sheet_that_was_not_finished_leaves_nothing_beside_it(tmp_path: Path) -> None:
    with writing.opened(tmp_path / "out.xlsx", ".xlsx", IST) as writer:
        writer.write([(stored(FULL), None)])
        assert [path.name for path in tmp_path.iterdir()] == ["out.xlsx-sheet"]
    assert list(tmp_path.iterdir()) == []


def test_packing_a_sheet_ends_when_somebody_stops_it(tmp_path: Path) -> None:
    with (
        writing.opened(tmp_path / "leads.xlsx", ".xlsx", IST) as writer,
        pytest.raises(InterruptedError),
    ):
        writer.finish(lambda: True)


# --- JSON Lines


def test_json_lines_have_the_fields_names_and_times_with_their_offset(tmp_path: Path) -> None:
    path = write(tmp_path / "leads.jsonl", [FULL], note=Note("Asha", "call again"))
    (line,) = path.read_text(encoding="utf-8").splitlines()
    found = json.loads(line)
    assert tuple(found) == (*columns.COLUMNS, "raw")
    assert (found["enquired_at"], found["mobile"]) == ("2026-01-03T18:14:37+05:30", "+919000000021")
    assert (found["latest_note"], found["raw"]) == ("call again", {"QUERY_ID": "2640000001"})


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LeadbellError, match=r"\.csv, \.xlsx or \.jsonl"):
        writing.check(tmp_path / "leads.json")
