"""Tables as people keep them: where the heading stands, which rows are leads, and what of the others is said."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.errors import LeadbellError
from bot.files import mapping, reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.lead import Lead

IST = ZoneInfo("Asia/Kolkata")
SAMPLES = Path(__file__).parents[1] / "samples" / "sheets"
HEAD = ["Name", "Mobile", "Product"]
ASHA = ["Asha", 9000000021, "Valve"]


class Read(NamedTuple):
    leads: list[Lead]
    notes: list[str | None]
    bad: list[str]
    passed_over: int
    columns: Sequence[str]
    sheets: Sequence[str]

    @property
    def names(self) -> list[str | None]:
        return [lead.name for lead in self.leads]


def read(path: Path, chosen: Mapping[str, str] | None = None) -> Read:
    found = Read([], [], [], 0, (), ())
    with reading.opened(path, IST, chosen) as source:
        while part := source.part(7):
            found.leads.extend(row.lead for row in part.rows)
            found.notes.extend(row.note for row in part.rows)
            found.bad.extend(f"{row.place}: {row.reason}" for row in part.bad)
            found = found._replace(passed_over=found.passed_over + part.passed_over)
        return found._replace(columns=source.records.unread_columns(), sheets=source.records.unread_sheets())


def book(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)  # type: ignore[arg-type] # a new book has one
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(list(row))
    made.save(path)
    return path


def text(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


# --- headings


def test_every_sheet_with_a_heading_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    found = read(
        book(
            tmp_path / "a.xlsx",
            Cover=[["Company", "Sample Traders"], ["Phone", "0421-2220017"]],
            Oct=[HEAD, ASHA],
            Empty=[],
            Nov=[["Leads of November"], [], HEAD, ["Ravi", "x", "Pump"], ["Ravi", 9.5, "Pump", "far"]],
        )
    )
    assert found.names == ["Asha", "Ravi", "Ravi"]
    assert (found.passed_over, found.sheets, found.columns) == (1, ["‘Cover’"], ["D (no heading)"])


def test_rows_of_several_sheets_are_named_with_theirs(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Name", "Date"], ["Asha", "someday"]]
    found = read(book(tmp_path / "a.xlsx", Oct=rows, Nov=rows))
    assert [line.partition(":")[0] for line in found.bad] == ["‘Oct’ row 2", "‘Nov’ row 2"]


@pytest.mark.parametrize(
    "heading",
    [
        (["Sr", "Customer", "Contact", None, "Enquiry"], [None, None, "Mobile", "E-mail", "Product"]),
        (["Sr.", "Buyer", "Mobile", "E-mail", "Product"], ["No.", "Name", "No.", "ID", "Required"]),
    ],
)
def test_a_heading_may_stand_on_two_lines(tmp_path: Path, heading: Sequence[Sequence[Any]]) -> None:
    row = [1, "Asha", 9000000021, "asha@example.com", "Valve"]
    (lead,) = read(book(tmp_path / "a.xlsx", Leads=[["Report"], *heading, row])).leads
    assert (lead.name, lead.mobile, lead.email, lead.product) == (
        "Asha", "+919000000021", "asha@example.com", "Valve",
    )  # fmt: skip


def test_data_is_no_second_line_of_a_heading(tmp_path: Path) -> None:
    found = read(text(tmp_path / "a.csv", "Name,City,Product", "Customer Care,Pune,Valve", "Asha,Surat,Pump"))
    assert found.names == ["Customer Care", "Asha"]


def test_a_list_of_numbers_is_a_table(tmp_path: Path) -> None:
    assert [lead.mobile for lead in read(text(tmp_path / "a.csv", "Mobile", "9000000021", "9000000022")).leads] == [
        "+919000000021",
        "+919000000022",
    ]


def test_a_summary_of_counts_is_no_table_of_leads(tmp_path: Path) -> None:
    with pytest.raises(LeadbellError, match="reads like a heading"):
        read(text(tmp_path / "a.csv", "City,Product,Leads", "Pune,Valve,12"))


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_told_by_the_heading_below_titles(tmp_path: Path, delimiter: str) -> None:
    lines = ("Leads, of all kinds, of November", "", "Name,Mobile,Product", "Asha,9000000021,Valve")
    found = read(text(tmp_path / "a.csv", lines[0], *(line.replace(",", delimiter) for line in lines[1:])))
    assert (found.names, found.passed_over) == (["Asha"], 1)


def test_a_heading_in_hindi_is_understood(tmp_path: Path) -> None:
    found = read(text(tmp_path / "a.csv", "क्रमांक,नाम,मोबाइल नंबर,शहर,उत्पाद,तारीख", "1,आशा,९०००००००२१,सूरत,पंप,20/11/2026"))
    (lead,) = found.leads
    assert (lead.name, lead.mobile, lead.city, lead.product) == ("आशा", "+919000000021", "सूरत", "पंप")
    assert lead.enquired_at == datetime(2026, 11, 20, tzinfo=IST)
    assert found.columns == ["‘क्रमांक’"]


def test_old_sheets_are_read(tmp_path: Path) -> None:
    found = read(SAMPLES / "november.xls")
    assert [(lead.name, lead.mobile, lead.mobile_alt) for lead in found.leads] == [
        ("Mohan Sample", "+919000001125", None),
        ("Lata Sample", "+919000001126", "+919000001127"),
    ]
    assert [lead.enquired_at for lead in found.leads] == [
        datetime(2026, 11, 20, 10, 15, tzinfo=IST),
        datetime(2026, 11, 21, 16, 30, tzinfo=IST),
    ]
    assert (found.passed_over, found.sheets) == (2, ["‘Cover’"])


@pytest.mark.parametrize("name", ["leads.xls", "leads.xlsx"])
def test_a_text_with_a_sheets_name_is_read_as_what_it_is_and_a_web_page_named(tmp_path: Path, name: str) -> None:
    assert read(text(tmp_path / name, "Name\tMobile", "Asha\t9000000021")).names == ["Asha"]
    with pytest.raises(LeadbellError, match="web page"):
        read(text(tmp_path / name, "<html><table><tr><td>Name</td></tr></table></html>"))


def test_a_heading_with_other_columns_begins_another_table(tmp_path: Path) -> None:
    rows: list[list[Any]] = [HEAD, ASHA, ["Product", "Name", "City", "Mobile"], ["Pump", "Ravi", "Surat", 9000000022]]
    found = read(book(tmp_path / "a.xlsx", Leads=rows))
    assert [(lead.name, lead.mobile, lead.product, lead.city) for lead in found.leads] == [
        ("Asha", "+919000000021", "Valve", None),
        ("Ravi", "+919000000022", "Pump", "Surat"),
    ]
    assert found.passed_over == 1


@pytest.mark.parametrize(("contact", "name", "mobile"), [("9000000021", None, "+919000000021"), ("Asha", "Asha", None)])
def test_a_contact_is_what_stands_below_it(tmp_path: Path, contact: str, name: str | None, mobile: str | None) -> None:
    (lead,) = read(text(tmp_path / "a.csv", "Contact,Company,Product", f"{contact},Sample Traders,Valve")).leads
    assert (lead.name, lead.mobile, lead.company) == (name, mobile, "Sample Traders")


def test_a_column_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(LeadbellError, match=r"--map names “numer”, but the columns are ‘Name’, ‘Mobile’, ‘Nummer’\."):
        read(text(tmp_path / "a.csv", "Name,Mobile,Nummer", "Asha,,9000000021"), {"numer": "mobile"})


# --- rows


def test_totals_titles_and_repeated_headings_are_passed_over(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        HEAD, ASHA, ["Total", 1], [], ["Leads of October"], HEAD, ["Ravi", 9000000022, "Pump"],
        ["November 2026"], ["Mina", 9000000023, "Pump"], ["Grand Total", 3, None], ["Pune Total", None, 3],
        [None, None, "कुल"], ["Report generated on 20 Nov 2026"],
    ]  # fmt: skip
    found = read(book(tmp_path / "a.xlsx", Leads=rows))
    assert (found.names, found.passed_over, found.bad) == (["Asha", "Ravi", "Mina"], 8, [])


@pytest.mark.parametrize(
    "row", ["Total,9000000021,", "Total Solutions,,Valve", "Totalis,,", "Asha,,Total", "Mohan,,", ",,November Special"]
)
def test_whoever_is_only_called_like_a_total_is_a_lead(tmp_path: Path, row: str) -> None:
    found = read(text(tmp_path / "a.csv", "Name,Mobile,Product", row))
    assert (len(found.leads), found.passed_over, found.bad) == (1, 0, [])


def test_numbers_that_were_filled_in_beforehand_are_no_rows_of_leads(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Sr. No", *HEAD], [1, *ASHA], *([number] for number in range(2, 9))]
    found = read(book(tmp_path / "a.xlsx", Leads=rows))
    assert (found.names, found.passed_over, found.bad) == (["Asha"], 7, [])


def test_a_formula_without_a_value_counts_only_where_it_is_read(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Sr. No", *HEAD],
        ["=ROW()", *ASHA],
        [2, "Ravi", "=9000000000+22", "Pump"],
        [3, "Total", "=SUM(C2:C3)"],
    ]
    found = read(book(tmp_path / "a.xlsx", Leads=rows))
    assert (found.names, found.passed_over) == (["Asha"], 1)
    assert [line.partition(" without")[0] for line in found.bad] == ["row 3: “Mobile” is a formula"]


def test_a_formula_in_a_remark_costs_no_lead_and_is_named_where_it_stands(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Name", "Mobile", "Product", "Remarks"],
        ["Asha", "9000000021", "Valve", "=1+1"],
        ["Ravi", "9000000022", "=A2", "=1+1"],
    ]
    found = read(book(tmp_path / "a.xlsx", Leads=rows))
    assert (found.names, found.bad) == (["Asha", "Ravi"], [])
    assert found.columns == [
        "‘Remarks’ in row 2 (a formula without a stored value)",
        "‘Product’ in row 3 (a formula without a stored value)",
    ]


def test_what_looks_like_a_formula_in_a_csv_is_text_where_a_number_is_not_at_stake(tmp_path: Path) -> None:
    heading, row = "Name,Mobile,Product,Remarks", "Asha,9000000021,=A1,=1+1"
    found = read(text(tmp_path / "a.csv", heading, row, "Ravi,=9000000000+22,Pump,"))
    assert [lead.product for lead in found.leads] == ["=A1"]
    assert found.columns == []
    assert [line.partition(" without")[0] for line in found.bad] == ["line 3: “Mobile” is a formula"]


@pytest.mark.parametrize(("spoilt", "leads"), [("Product", 1), ("Status", 1), ("Mobile", 0), ("Kind", 0)])
def test_in_an_export_too_a_formula_costs_a_lead_only_where_it_says_who_and_when(
    tmp_path: Path, spoilt: str, leads: int
) -> None:
    written = {"Kind": "W", "Query ID": "1", "Enquired at": "2026-11-20 10:00", "Name": "Asha", "Mobile": "9000000021"}
    written |= {"Product": "Valve", "Status": "open", spoilt: "=A1"}
    found = read(book(tmp_path / "a.xlsx", Leads=[[*written], [*written.values()]]))
    assert (len(found.leads), len(found.bad)) == (leads, 1 - leads)


def test_a_far_cell_is_no_fault_in_a_sheet_and_moved_cells_are_one_in_a_csv(tmp_path: Path) -> None:
    found = read(
        text(tmp_path / "a.csv", "Name,Mobile,Product", "Asha,9000000021,Valve,,,x", "Shah, Asha,9000000021,Valve")
    )
    assert (found.names, found.columns) == (["Asha"], ["F (no heading)", "D (no heading)"])
    assert found.bad == ["line 3: it has more cells than the heading; is a quotation mark missing?"]


def test_first_and_last_name_are_one_and_remarks_of_two_columns_one_note(tmp_path: Path) -> None:
    lines = ("First Name,Surname,Mobile,Remarks,Comments", "Asha,Testwala,9000000021,Call,later", "Ravi,,9000000022,,")
    found = read(text(tmp_path / "a.csv", *lines))
    assert found.names == ["Asha Testwala", "Ravi"]
    assert found.notes == ["Call\nlater", None]


def test_a_row_is_kept_as_it_stood(tmp_path: Path) -> None:
    (lead,) = read(text(tmp_path / "a.csv", "Name,Mobile,Mobile,Colour", "Asha,9000000021,NA,red")).leads
    assert json.loads(lead.raw) == {"Name": "Asha", "Mobile B": "9000000021", "Mobile C": "NA", "Colour": "red"}


def test_countries_and_kinds_are_read_in_words(tmp_path: Path) -> None:
    lines = (
        "Name,Mobile,Country,Enquiry Type",
        "A,9000000021,India,Buy Lead",
        "B,+27600000001,South Africa,Direct Enquiry",
        "C,27600000002,South  Africa,Direct Enquiry",
    )
    assert [(lead.country, lead.kind) for lead in read(text(tmp_path / "a.csv", *lines)).leads] == [
        ("IN", "B"),
        ("ZA", "W"),
        ("ZA", "W"),
    ]


def test_a_state_in_the_place_of_a_country_makes_no_number_foreign(tmp_path: Path) -> None:
    (lead,) = read(text(tmp_path / "a.csv", "Name,Mobile,Country", "A,9000000021,Gujarat")).leads
    assert (lead.country, lead.mobile) == (None, "+919000000021")


def test_a_number_that_a_sheet_made_a_float_is_itself_again_and_a_rounded_one_is_named(tmp_path: Path) -> None:
    lines = ("Name,Mobile", "A,919000001110.0", "B,9.19000001108E+11", "C,9.19E+11", 'D,"9,000,001,116"')
    found = read(text(tmp_path / "a.csv", *lines))
    assert [lead.mobile for lead in found.leads] == ["+919000001110", "+919000001108", "+919000001116"]
    assert [line.partition(" was ")[0] for line in found.bad] == ["line 4: “Mobile”"]
    assert read(book(tmp_path / "a.xlsx", L=[HEAD, ["A", 919000001110.0, "x"]])).leads[0].mobile == "+919000001110"


# --- days


def days(tmp_path: Path, *texts: str) -> tuple[list[str], list[str]]:
    found = read(text(tmp_path / "days.csv", "Name,Date", *(f"A{at},{one}" for at, one in enumerate(texts))))
    shown = [f"{lead.enquired_at.astimezone(IST):%d %b}" if lead.enquired_at else "" for lead in found.leads]
    return shown, found.bad


def test_days_come_first_unless_the_column_shows_that_months_do(tmp_path: Path) -> None:
    assert days(tmp_path, "03/04/2026") == (["03 Apr"], [])
    assert days(tmp_path, "03/04/2026", "11/20/2026") == (["04 Mar", "20 Nov"], [])
    assert days(tmp_path, "03/04/2026", *["01/01/2026"] * 60, "20/11/2026")[0][::61] == ["03 Apr", "20 Nov"]


def test_a_day_that_its_column_contradicts_is_named(tmp_path: Path) -> None:
    shown, bad = days(tmp_path, "11/20/2026", "20/11/2026", "03/04/2026")
    assert shown == ["20 Nov", "03 Apr"]
    assert bad == ["line 2: “Date” has a month above 12, and its column does not show that months come first"]


def test_no_day_is_none_and_what_is_no_day_is_named(tmp_path: Path) -> None:
    shown, bad = days(tmp_path, "", "NA", "-", "last week", "N/A", "31-02-2026")
    assert shown == ["", "", "", ""]
    assert [line.partition(" is no day")[0] for line in bad] == ["line 5: “Date”", "line 7: “Date”"]


def test_an_impossible_offset_costs_its_own_row_and_a_slot_of_time_none(tmp_path: Path) -> None:
    shown, bad = days(tmp_path, "20-11-2026 10:15 -45:00", "2026-11-20T10:15:00+99:99", "20-11-2026 22:15-23:30")
    assert shown == ["20 Nov"]
    assert [line.partition(" is no day")[0] for line in bad] == ["line 2: “Date”", "line 3: “Date”"]
    found = read(text(tmp_path / "slots.csv", "Name,Mobile,Time", "Ravi,9000000001,10:00-24:00", "Asha,,10:00+99:99"))
    assert (found.names, found.bad) == (["Ravi", "Asha"], [])
    found = read(text(tmp_path / "two.csv", "Name,Date,Time", "A,20-11-2026,10:15-11:30", "B,20-11-2026,10:00+99:99"))
    assert [lead.enquired_at for lead in found.leads] == [datetime(2026, 11, 20, 10, 15, tzinfo=IST)]
    assert found.bad == ["line 3: “Time” is no time of day that can be read"]


def test_times_of_indiamarts_columns_are_indian_and_those_of_people_the_accounts(tmp_path: Path) -> None:
    lines = ("SENDER_NAME,QUERY_TIME", "A,20-11-2026 10.15")
    path = text(tmp_path / "a.csv", *lines)
    theirs = text(tmp_path / "b.csv", "Name,Date,Time", "A,20-11-2026,10.15")
    for one, wanted in (
        (path, datetime(2026, 11, 20, 4, 45, tzinfo=UTC)),
        (theirs, datetime(2026, 11, 20, 10, 15, tzinfo=UTC)),
    ):
        with reading.opened(one, ZoneInfo("UTC")) as source:
            part = source.part(9)
        assert part is not None
        assert part.rows[0].lead.enquired_at == wanted


# --- JSON


@pytest.mark.parametrize(
    "wrap",
    [
        lambda rows: {"leads": rows, "count": 1},
        lambda rows: {"data": {"total": 1, "items": rows}},
        lambda rows: {"status": "ok", "Enquiries": rows},
        lambda rows: {"result": {"leads": rows}},
        lambda rows: rows,
        lambda rows: rows[0],
    ],
)
@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_rows_are_found_whatever_they_are_wrapped_in(tmp_path: Path, wrap: Any, suffix: str) -> None:
    rows = [{"name": "Asha", "Contact No.": 9000000021, "Date": "20/11/2026", "colour": "red", "Remarks": "hot"}]
    found = read(text(tmp_path / f"a{suffix}", json.dumps(wrap(rows))))
    assert ([lead.mobile for lead in found.leads], found.notes) == (["+919000000021"], ["hot"])
    assert (found.columns, found.bad) == (["‘colour’"], [])


def test_months_may_come_first_in_json_too(tmp_path: Path) -> None:
    rows = [{"name": "A", "date": day} for day in ("03/04/2026", "11/20/2026")]
    assert [
        lead.enquired_at.astimezone(IST).month
        for lead in read(text(tmp_path / "a.json", json.dumps(rows))).leads
        if lead.enquired_at
    ] == [3, 11]


def test_bytes_that_are_not_utf_8_are_windows_own(tmp_path: Path) -> None:
    for name in ("a.json", "a.jsonl"):
        (tmp_path / name).write_bytes('{"name": "José – Ø", "mobile": "9000000021"}'.encode("cp1252"))
        assert read(tmp_path / name).names == ["José – Ø"]


# --- whatever


_cell = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(0, 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(lambda at: at.replace(microsecond=0)),  # noqa: DTZ001
    st.sampled_from(["Total", "Name", "Mobile", "9000000021", "20/11/2026", "11/20/2026", "NA", "=A1", "9.19E+11"]),
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=timedelta(seconds=20)
)
@given(st.lists(st.lists(_cell, max_size=5), max_size=8))
def test_every_row_is_a_lead_named_or_passed_over_and_no_digit_is_made_up(
    tmp_path: Path, rows: list[list[Any]]
) -> None:
    first = next((row for row in rows if any(_text(cell).strip() for cell in row)), [])
    assume(not any(mapping.is_known(_text(cell), {}) for cell in first))  # that may be the heading's second line
    path = tmp_path / "any.csv"
    lines = ["Name,Mobile,Date,Colour", *(",".join(_quoted(cell) for cell in row) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8", errors="replace", newline="")
    found = read(path)
    blank = sum(not any(_text(cell).strip() for cell in row) for row in rows)
    assert len(found.leads) + len(found.bad) + found.passed_over == len(rows) - blank
    given_digits = {one for row in rows for one in map(_digits, map(_text, row)) if one}
    for lead in found.leads:
        for number in lead.phones:
            digits = _digits(number).removeprefix("91")
            assert any(digits.lstrip("0") in one for one in given_digits) or "E" in number.upper()


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _quoted(cell: Any) -> str:
    return '"' + _text(cell).replace('"', '""') + '"'


def _digits(text: str) -> str:
    return "".join(str(int(one)) for one in text if one.isdecimal())
