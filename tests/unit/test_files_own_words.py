"""Numbers and kinds under people's own headings: IndiaMART's are taken, their own serial numbers and words are not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from bot.files import mapping, own_words, reading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.files.rows import LeadRow

IST = ZoneInfo("Asia/Kolkata")


class Read(NamedTuple):
    rows: list[LeadRow]
    unread: Sequence[str]

    @property
    def ids(self) -> list[str | None]:
        return [row.lead.query_id for row in self.rows]

    @property
    def kinds(self) -> list[tuple[str, bool]]:
        return [(row.lead.kind, row.names_kind) for row in self.rows]


def read(path: Path, *chosen: str) -> Read:
    with reading.opened(path, IST, mapping.given(chosen)) as source:
        part = source.part(1_000)
        assert part is not None
        assert part.bad == []
        return Read(part.rows, source.records.unread_columns())


def table(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "leads.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


# --- numbers


def test_serial_numbers_that_begin_anew_on_each_sheet_make_no_two_leads_one(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for month, first in (("Jan", 1), ("Feb", 51)):
        page = book.create_sheet(month)
        page.append(["Lead No", "Name", "Mobile"])
        for number in range(50):
            page.append([number + 1, "Asha", 9_000_000_000 + first + number])
    book.save(tmp_path / "leads.xlsx")
    found = read(tmp_path / "leads.xlsx")
    assert len({row.lead.identity for row in found.rows}) == 100
    assert found.ids == [None] * 100
    assert json.loads(found.rows[0].lead.raw)["Lead No"] == "1"
    assert found.unread == [
        "‘Lead No’ in ‘Jan’ row 2 (no id of IndiaMART)",
        "‘Lead No’ in ‘Feb’ row 2 (no id of IndiaMART)",
    ]


@pytest.mark.parametrize("heading", ["Lead No", "Lead ID", "Enquiry No.", "Query No", "Enquiry Id", "Inquiry ID"])
@pytest.mark.parametrize("number", ["2640000001", "154000002", "2640000001.0"])
def test_what_looks_like_indiamarts_id_is_one_under_any_heading(tmp_path: Path, heading: str, number: str) -> None:
    found = read(table(tmp_path, f"{heading},Name,Mobile", f"{number},Asha,9000000021"))
    assert (found.ids, found.unread) == ([number.partition(".")[0]], [])


@pytest.mark.parametrize(
    "number", ["1", "00042", "L-17", "26/11", "15400000", "20261120001", "0154000002", "A154000002"]
)
def test_what_does_not_is_told_and_kept_as_it_stood(tmp_path: Path, number: str) -> None:
    found = read(table(tmp_path, "Enquiry No,Name,Mobile", f"{number},Asha,9000000021"))
    assert (found.ids, found.unread) == ([None], ["‘Enquiry No’ in line 2 (no id of IndiaMART)"])
    assert json.loads(found.rows[0].lead.raw)["Enquiry No"] == number


@pytest.mark.parametrize("heading", ["QUERY_ID", "Query ID", "UNIQUE_QUERY_ID", "uniqueQueryId", "query_id"])
def test_under_indiamarts_and_exports_own_headings_any_id_is_one(tmp_path: Path, heading: str) -> None:
    assert read(table(tmp_path, f"{heading},Name,Mobile", "7,Asha,9000000021")).ids == ["7"]


def test_a_column_that_was_named_holds_any_id(tmp_path: Path) -> None:
    path = table(tmp_path, "Lead No,Name,Mobile", "7,Asha,9000000021")
    assert (read(path, "Lead No=query_id").ids, read(path, "Lead No=query_id").unread) == (["7"], [])


def test_no_number_at_all_is_not_told(tmp_path: Path) -> None:
    found = read(table(tmp_path, "Lead No,Name,Mobile", ",Asha,9000000021", "NA,Ravi,9000000022", "0,Mina,9000000023"))
    assert (found.ids, found.unread) == ([None] * 3, [])


@pytest.mark.parametrize("heading", ["Lead No,Lead ID", "Enquiry No,QUERY_ID"])
def test_beside_serial_numbers_the_ids_are_read(tmp_path: Path, heading: str) -> None:
    assert read(table(tmp_path, f"{heading},Name", "1,2640000001,Asha")).ids == ["2640000001"]


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_in_json_it_is_the_same(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"leads{suffix}"
    rows = (
        {"Lead No": 1, "name": "Asha", "Lead Type": "Hot"},
        {"Lead No": 2640000001, "name": "Ravi", "Lead Type": "Call"},
    )
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    found = read(path)
    place = "line 1" if suffix == ".jsonl" else "row 1"
    assert (found.ids, found.kinds) == ([None, "2640000001"], [("W", False), ("P", True)])
    assert found.unread == [f"‘Lead No’ in {place} (no id of IndiaMART)", f"‘Lead Type’ in {place} (no kind of lead)"]


# --- kinds


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("W", "Enquiry | enquiries | Inquiry | INQUIRIES | Direct | Direct Enquiries | Web inquiry | W | पूछताछ"),
        ("B", "BuyLead | Buyleads | Buy-Leads | buy lead | BL | b"),
        ("P", "Call | Calls | Phone | PNS | PNS Calls | Missed Calls | Incoming call | P | कॉल"),
        ("WA", "WhatsApp | Whats App | WhatsApp Enquiries | WA"),
        ("BIZ", "Catalogue View | Catalog Views | catalogues | BIZ"),
    ],
)
def test_a_kind_is_known_by_its_near_words(kind: str, words: str) -> None:
    assert {word: own_words.kind(word) for word in words.split(" | ")} == dict.fromkeys(words.split(" | "), kind)


@pytest.mark.parametrize("word", ["Hot", "Cold", "New", "s", "ies", "", "Retail", "Bus"])
def test_what_is_no_kind_is_none(word: str) -> None:
    assert own_words.kind(word) is None


def test_a_word_that_is_no_kind_counts_as_none_and_is_told_once(tmp_path: Path) -> None:
    lines = ("2640000001,Hot,A", "2640000002,Buyleads,B", "2640000003,Calls,C", "2640000004,Cold,D", "2640000005,,E")
    found = read(table(tmp_path, "Enquiry No,Enquiry Type,Name", *lines))
    assert found.kinds == [("W", False), ("B", True), ("P", True), ("W", False), ("W", False)]
    assert found.unread == ["‘Enquiry Type’ in line 2 (no kind of lead)"]


@pytest.mark.parametrize("heading", ["QUERY_TYPE", "Query Type", "Kind"])
def test_a_kind_nobody_described_passes_under_indiamarts_and_an_exports_heading(tmp_path: Path, heading: str) -> None:
    found = read(table(tmp_path, f"UNIQUE_QUERY_ID,{heading},Name", "1,CHAT,Asha"))
    assert (found.kinds, found.unread) == ([("CHAT", True)], [])


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("Name,Mobile,Time\nT,9825055551,7:30 pm\n", ["‘Time’ in line 2 (a time without a day)"]),
        ("Name,Mobile,Time\nT,9825055551,25:99\n", ["‘Time’ in line 2 (no time)"]),
        ("Name,Mobile,Date,Time\nT,9825055551,,19:30\n", ["‘Time’ in line 2 (a time without a day)"]),
        ("Name,Mobile,Date,Time\nT,9825055551,-,soon\n", ["‘Time’ in line 2 (no time)"]),
        ("Name,Mobile,Time\nT,9825055551,2026-10-01 19:30\n", []),
        ("Name,Mobile,Date,Time\nT,9825055551,2026-10-01,19:30\n", []),
        ("Name,Mobile,Time\nT,9825055551,\nU,9825055552,NA\n", []),
    ],
)
def test_a_time_that_cannot_be_used_is_told(tmp_path: Path, text: str, unread: list[str]) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    found = read(tmp_path / "a.csv")
    assert found.unread == unread


# --- everyday headings


@pytest.mark.parametrize(
    ("heading", "mobile", "day"),
    [
        ("Name,Number,Enq Date", "+919825055555", 1),
        ("Party,Number,Dt", "+919825055555", 1),
        ("Name,number,Dt.", "+919825055555", 1),
        ("Name,Mobile,Enq. Dt.", "+919825055555", 1),
    ],
)
def test_short_headings_are_read(tmp_path: Path, heading: str, mobile: str, day: int) -> None:
    found = read(table(tmp_path, heading, "P,9825055555,2026-10-01"))
    (row,) = found.rows
    assert (row.lead.mobile, row.lead.enquired_at and row.lead.enquired_at.astimezone(IST).day) == (mobile, day)
    assert found.unread == []


@pytest.mark.parametrize(
    ("heading", "values", "mobile"),
    [
        ("Name,Number", ["P,1", "Q,2"], None),
        ("Name,Number", ["P,9825055555", "Q,17"], None),
        ("Name,Number", ["P,9825055555", "Q,"], "+919825055555"),
        ("Name,Mobile,Number", ["P,9825055555,9825066666"], "+919825055555"),
        ("Name,Contact,Number", ["P,9825055555,9825066666"], "+919825055555"),
        ("Name,Number,Number", ["P,9825055555,9825066666"], None),
    ],
)
def test_a_number_is_a_phone_only_where_all_are_and_nothing_else_is_one(
    tmp_path: Path, heading: str, values: list[str], mobile: str | None
) -> None:
    found = read(table(tmp_path, heading + ",City", *(f"{line},Surat" for line in values)))
    assert found.rows[0].lead.mobile == mobile
    assert ("‘Number’" in found.unread) is (mobile is None or heading.count(",") > 1)
