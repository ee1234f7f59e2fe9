"""Files as people bring them: every kind, every encoding, and whatever can be wrong with one."""

from __future__ import annotations

import json
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain import budgets
from bot.domain.lead import Kind
from bot.errors import LeadbellError
from bot.files import reading, text_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.lead import Lead

IST = ZoneInfo("Asia/Kolkata")
SAMPLES = Path(__file__).parents[1] / "samples"
V2 = {"UNIQUE_QUERY_ID": "1", "QUERY_TYPE": "W", "QUERY_TIME": "2026-01-03 18:14:37", "SENDER_NAME": "Asha"}
HEAD = "UNIQUE_QUERY_ID,QUERY_TYPE,SENDER_NAME,SENDER_MOBILE"


class BadRow(NamedTuple):
    number: int
    reason: str


def read(path: Path, zone: ZoneInfo = IST) -> tuple[list[Lead], list[BadRow]]:
    leads: list[Lead] = []
    bad: list[BadRow] = []
    with reading.opened(path, zone) as source:
        while part := source.part(7):
            leads += [row.lead for row in part.rows]
            bad += [BadRow(row.place.number, row.reason) for row in part.bad]
            assert source.size is None or 0 < part.done <= source.size
    return leads, bad


def ids(leads: list[Lead]) -> list[str | None]:
    return [lead.query_id for lead in leads]


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    def make(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


Make: TypeAlias = "Callable[[str, str | bytes], Path]"


def problem(path: Path) -> str:
    with pytest.raises(LeadbellError) as caught:
        read(path)
    assert str(caught.value).startswith(str(path))
    return str(caught.value)


def sheet(path: Path, *rows: list[Any], title: str = "Leads") -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for row in rows:
        page.append(row)
    book.save(path)
    return path


# --- what is no file of leads


def test_an_unknown_suffix_names_the_known_ones(file: Make) -> None:
    assert ".csv, .xlsx, .xls, .ods, .json and .jsonl" in problem(file("leads.pdf", "x"))


def test_a_missing_file_a_folder_and_an_empty_file_are_said(file: Make, tmp_path: Path) -> None:
    assert "No such file" in problem(tmp_path / "gone.csv")
    (tmp_path / "folder.csv").mkdir()
    assert "is a folder" in problem(tmp_path / "folder.csv")
    assert "is empty" in problem(file("empty.jsonl", ""))


@pytest.mark.skipif(sys.platform == "win32" or Path("/proc/self").owner() == "root", reason="root may read all")
def test_a_file_that_may_not_be_read_is_said(file: Make) -> None:
    path = file("closed.csv", HEAD)
    path.chmod(0)
    assert "cannot be read (Permission denied)" in problem(path)


@pytest.mark.parametrize("content", ["", "\n\n", "   \r\n"])
def test_blank_lines_alone_are_no_table(file: Make, content: str) -> None:
    assert "no heading" in problem(file("blank.csv", content or " "))


def test_a_heading_without_a_known_name_says_what_is_known_and_what_is_near(file: Make) -> None:
    said = problem(file("other.csv", "Sender Nam,Colour\nAsha,red\n"))
    assert "UNIQUE_QUERY_ID" in said
    assert "Did you mean “Name”?" in said
    assert "Asha" not in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"this is no zip" * 99, "damaged, or no sheet"),
        (b"PK\x03\x04" + b"\0" * 200, "damaged, or no sheet"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "protected by a password"),
    ],
)
def test_a_broken_sheet_is_said(file: Make, content: bytes, words: str) -> None:
    assert words in problem(file("broken.xlsx", content))


def test_a_zip_that_is_no_sheet_and_a_sheet_with_spoilt_rows_are_said(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert "damaged" in problem(tmp_path / "other.xlsx")
    whole = sheet(tmp_path / "whole.xlsx", ["SENDER_NAME"], ["Asha"], ["Ravi"])
    with zipfile.ZipFile(whole) as given, zipfile.ZipFile(tmp_path / "cut.xlsx", "w") as cut:
        for name in given.namelist():
            content = given.read(name)
            cut.writestr(name, content[: len(content) - 60] if "sheet1" in name else content)
    assert "damaged" in problem(tmp_path / "cut.xlsx")


def test_a_sheet_without_rows_is_said(tmp_path: Path) -> None:
    assert "no heading and no rows" in problem(sheet(tmp_path / "empty.xlsx"))


# --- CSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_whatever_stands_between_cells_and_lines_is_seen(file: Make, delimiter: str, end: str) -> None:
    text = f"{HEAD}\n1,W,Asha,9000000021\n\n2,B,Ravi,9000000022\n"
    leads, bad = read(file("leads.csv", text.replace(",", delimiter).replace("\n", end)))
    assert [(lead.query_id, lead.kind, lead.mobile) for lead in leads] == [
        ("1", "W", "+919000000021"),
        ("2", "B", "+919000000022"),
    ]
    assert bad == []


def test_excels_own_line_about_the_delimiter_is_obeyed(file: Make) -> None:
    assert ids(read(file("leads.csv", f"sep=;\n{HEAD}\n1;W;A,B;9000000021\n".replace(HEAD, HEAD.replace(",", ";"))))[0])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_encoding_a_spreadsheet_saves_is_read(file: Make, encoding: str) -> None:
    name = "José" if encoding == "cp1252" else "आशा"
    (lead,) = read(file("leads.csv", f"{HEAD}\n1,W,{name},9000000021\n".encode(encoding)))[0]
    assert lead.name == name


def test_line_ends_and_quotation_marks_inside_a_cell_belong_to_it(file: Make) -> None:
    text = 'UNIQUE_QUERY_ID,QUERY_MESSAGE,SENDER_NAME\n1,"I want\r\na 5"" pipe",Asha\n2,x,5" Ravi\n'
    leads, bad = read(file("leads.csv", text))
    assert [(lead.message, lead.name) for lead in leads] == [('I want\na 5" pipe', "Asha"), ("x", '5" Ravi')]
    assert bad == []


def test_a_very_long_cell_is_read_as_far_as_it_is_kept(file: Make) -> None:
    text = f'UNIQUE_QUERY_ID,QUERY_MESSAGE\n1,"{"word " * 200_000}"\n'
    (lead,) = read(file("leads.csv", text))[0]
    assert lead.message is not None
    assert lead.message.endswith("… (cut, 934513 characters more)")
    assert len(lead.message) <= budgets.TEXT


def test_rows_may_be_short_and_a_cell_too_many_is_bad_unless_it_is_empty(file: Make) -> None:
    leads, bad = read(file("leads.csv", f"{HEAD}\n1\n2,W,Asha,9000000021,,\n3,W,Shah, Asha,9000000021\n4,W\n"))
    assert ids(leads) == ["1", "2", "4"]
    assert [(row.number, "more cells than the heading" in row.reason) for row in bad] == [(4, True)]


def test_nul_bytes_are_left_out(file: Make) -> None:
    (lead,) = read(file("leads.csv", f"{HEAD}\n1,W,As\0ha,9000000021\n"))[0]
    assert lead.name == "Asha"


def test_a_quotation_mark_that_is_never_closed_costs_its_own_row_only(file: Make) -> None:
    rest = "".join(f"{number},W,Ravi,\n" for number in range(3, 40))
    leads, bad = read(file("leads.csv", f'{HEAD}\n1,W,Asha,\n2,W,"Meena,\n{rest}'))
    assert ids(leads) == ["1", *map(str, range(3, 40))]
    assert [(row.number, "never closed" in row.reason) for row in bad] == [(3, True)]


def test_an_open_quotation_mark_in_a_huge_file_is_given_up_early(file: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_lines, "LONGEST", 2_000)
    rest = "".join(f"{number},W,Ravi,\n" for number in range(3, 1_000))
    leads, bad = read(file("leads.csv", f'{HEAD}\n1,W,Asha,\n2,W,"Meena,\n{rest}'))
    assert (len(leads), [row.number for row in bad]) == (998, [3])


@pytest.mark.parametrize("second", ['"3 inch pipe', '3" pipe', 'Pipe "3 inch"'])
def test_an_inch_mark_before_a_cell_costs_no_other_row_its_lead(file: Make, second: str) -> None:
    heading = "Product,Name,Mobile"
    lines = (heading, '"2 inch pipe,Ravi,9000000001', f"{second},Asha,9000000002", "Pump,Mohan,9000000003")
    leads, bad = read(file("leads.csv", "\n".join(lines)))
    asha = [] if second.startswith('"') else ["Asha"]
    assert [lead.name for lead in leads] == [*asha, "Mohan"]
    assert [row.number for row in bad] == ([2] if asha else [2, 3])
    assert all("never closed" in row.reason for row in bad)


def test_an_inch_mark_before_a_rows_last_cell_is_seen_too(file: Make) -> None:
    text = 'Name;Mobile;Product\nRavi;9000000001;"2 inch\nMina;9000000004;Valve\nAsha;9000000002;"3 inch\n'
    leads, bad = read(file("leads.csv", text))
    assert ([lead.name for lead in leads], [row.number for row in bad]) == (["Mina"], [2, 4])


@pytest.mark.parametrize("behind", ["", " ", "  "])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_cells_of_several_lines_may_stand_anywhere(file: Make, behind: str, end: str) -> None:
    long = f'"a ""2"" pipe{end}{end}two, or three"{behind}'
    text = f'Product,Message,Name{end}{long},{long},Asha{end}Pump,5" x,"{end}Ravi"{behind}{end}"Two" inch,,Mohan{end}'
    leads, bad = read(file("leads.csv", text))
    assert ([lead.name for lead in leads][::2], len(leads), bad) == (["Asha", "Mohan"], 3, [])


def test_rows_are_named_by_the_line_they_begin_on(file: Make) -> None:
    bad = read(file("leads.csv", 'SENDER_NAME,SENDER_CITY\n"As\n\nha",1\n,x\n\n,y\n'))[1]
    assert [row.number for row in bad] == [5, 7]


def test_a_column_that_stands_twice_counts_where_it_says_something(file: Make) -> None:
    (lead,) = read(file("leads.csv", "SENDER_NAME,MOB,Mob\nAsha,,9000000021\n"))[0]
    assert lead.mobile == "+919000000021"


# --- names


def test_names_of_an_export_are_known_in_any_spelling_and_in_part(file: Make) -> None:
    text = "name,MOBILE,Query id,enquired_at,city,Status\nAsha,9000000021,7,03-01-2026 6:14 pm,Surat,won\n"
    (lead,) = read(file("leads.csv", text), ZoneInfo("UTC"))[0]
    assert (lead.name, lead.mobile, lead.query_id, lead.city) == ("Asha", "+919000000021", "7", "Surat")
    assert lead.enquired_at == datetime(2026, 1, 3, 18, 14, tzinfo=UTC)


def test_indiamarts_times_are_ist_whatever_the_accounts_zone(file: Make) -> None:
    (lead,) = read(file("leads.jsonl", json.dumps(V2)), ZoneInfo("UTC"))[0]
    assert lead.enquired_at == datetime(2026, 1, 3, 12, 44, 37, tzinfo=UTC)


def test_our_names_may_stand_beside_indiamarts(file: Make) -> None:
    (lead,) = read(file("leads.csv", "UNIQUE_QUERY_ID,Name,Mobile,SENDER_NAME\n1,Other,9000000021,Asha\n"))[0]
    assert (lead.query_id, lead.name, lead.mobile) == ("1", "Asha", "+919000000021")


def test_a_row_without_a_kind_is_a_call_where_one_lasted(file: Make) -> None:
    leads = read(file("leads.csv", 'Name,Call seconds,Order value min\nAsha,51,\nRavi,,"1,60,000"\n'))[0]
    assert [(lead.kind, lead.call_seconds, lead.order_value_min) for lead in leads] == [
        (Kind.CALL, 51, None),
        (Kind.ENQUIRY, None, 160_000),
    ]


def test_a_row_that_says_neither_who_nor_when_nor_what_is_bad(file: Make) -> None:
    (row,) = read(file("leads.csv", "Name,City\n,Surat\n"))[1]
    assert row.reason == "a row says neither who nor when nor what"


# --- JSON


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.json") if "success" in path.name))
@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_indiamarts_answers_are_read_as_they_are(file: Make, name: str, suffix: str) -> None:
    content = json.loads((SAMPLES / name).read_text(encoding="utf-8"))
    leads, bad = read(file(f"answer{suffix}", json.dumps(content)))
    assert (len(leads), bad) == (len(content), [])


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"CODE": 200, "RESPONSE": rows, "STATUS": "x"}])
def test_arrays_and_envelopes_are_read(file: Make, indent: int | None, suffix: str, wrap: Callable[..., Any]) -> None:
    rows = [{**V2, "UNIQUE_QUERY_ID": str(number)} for number in range(1, 21)]
    if indent and suffix == ".jsonl" and isinstance(wrap(rows), dict):
        pytest.skip("an object over many lines is no JSON Lines")
    leads, bad = read(file(f"leads{suffix}", json.dumps(wrap(rows), indent=indent)))
    assert (ids(leads), bad) == ([str(number) for number in range(1, 21)], [])


def test_a_pushed_lead_is_read(file: Make) -> None:
    for path in SAMPLES.glob("push_lead_*.json"):
        assert len(read(path)[0]) == 1
    assert ids(read(file("leads.jsonl", json.dumps({"CODE": 200, "RESPONSE": V2}) + "\n"))[0]) == ["1"]


def test_bad_lines_are_named_and_the_others_read(file: Make) -> None:
    good = json.dumps(V2)
    leads, bad = read(file("leads.jsonl", f'{good}\n\nnot json\n[1]\n"text"\n{{"a": 1}}\n{good[:-5]}\n{good}'))
    assert len(leads) == 2
    assert [row.number for row in bad] == [3, 4, 5, 6, 7]


def test_a_line_longer_than_any_lead_is_bad_and_the_next_is_read(file: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_lines, "LONGEST", 1_000)
    leads, bad = read(file("leads.jsonl", "x" * 5_000 + "\n" + json.dumps(V2)))
    assert (ids(leads), bad) == (["1"], [(1, "the line is too long")])


def test_what_the_fast_parser_refuses_is_read_all_the_same(file: Make) -> None:
    good = json.dumps(V2)
    odd = ('{"SENDER_NAME": "A\\ud800"}', '{"SENDER_NAME": "A", "x": NaN}', '{"SENDER_NAME": "a\tb"}')
    content = "\n".join(odd).encode() + b'\n{"SENDER_NAME": "Jos\xe9"}\n' + good.encode("utf-8")
    assert len(read(file("leads.jsonl", content))[0]) == 5


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_json_with_a_byte_order_mark_is_read(file: Make, suffix: str, encoding: str) -> None:
    assert ids(read(file(f"leads{suffix}", json.dumps(V2).encode(encoding)))[0]) == ["1"]


@pytest.mark.parametrize("broken", ['{"a": 1', '{"a" 1}', "nonsense", '{"a": 1}]]', "[" * 100_000])
def test_a_broken_document_gives_what_came_before_and_says_where(file: Make, broken: str) -> None:
    path = file("leads.json", f"[{json.dumps(V2)}, {json.dumps(V2)}, {broken}")
    with reading.opened(path, IST) as source:
        part = source.part(100)
        assert part is not None
        assert ids([row.lead for row in part.rows])[:2] == ["1", "1"]
    assert "it is not JSON, or the file was cut off" in problem(path)


def test_a_document_of_nothing_has_no_rows(file: Make) -> None:
    assert read(file("leads.json", "[]")) == ([], [])
    assert read(file("other.json", '{"CODE": 204, "RESPONSE": []}')) == ([], [])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.text(max_size=3000), max_size=5), st.integers(1, 400))
def test_wherever_a_document_is_cut_into_pieces_it_reads_the_same(
    tmp_path: Path, messages: list[str], chunk: int
) -> None:
    rows = [{"UNIQUE_QUERY_ID": str(number), "x": text} for number, text in enumerate(messages, 1)]
    path = tmp_path / "leads.json"
    path.write_text(json.dumps({"RESPONSE": rows}), encoding="utf-8")
    from bot.files import json_document  # noqa: PLC0415 - the size of its pieces is set below

    before, json_document._CHUNK = json_document._CHUNK, chunk  # type: ignore[misc]  # a constant otherwise
    try:
        assert ids(read(path)[0]) == [str(number) for number in range(1, len(rows) + 1)]
    finally:
        json_document._CHUNK = before  # type: ignore[misc]


# --- XLSX


def test_a_sheet_with_numbers_and_real_dates_is_read(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "leads.xlsx",
        [None, None],
        ["QUERY_ID", "DATE_TIME_RE", "MOB", "SENDERNAME", None],
        [2640000001, datetime(2026, 1, 3, 18, 14, 37), 919000000021, "'=Asha"],  # noqa: DTZ001 - as sheets have it
        [None, None],
        [7.0, "29-Jun-2022 07:30:20 PM", "9000000022", "Ravi", None, "stray"],
    )
    leads, bad = read(path)
    assert [(lead.query_id, lead.mobile, lead.name) for lead in leads] == [
        ("2640000001", "+919000000021", "=Asha"),
        ("7", "+919000000022", "Ravi"),
    ]
    assert leads[0].enquired_at == datetime(2026, 1, 3, 12, 44, 37, tzinfo=UTC)
    assert bad == []


def test_the_first_sheet_with_known_names_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    cover = book.active
    assert cover is not None
    cover.append(["Our leads of last year"])
    page = book.create_sheet("Data")
    page.append(["Name", "Mobile"])
    page.append(["Asha", 9000000021])
    book.save(tmp_path / "leads.XLSX")
    assert [lead.name for lead in read(tmp_path / "leads.XLSX")[0]] == ["Asha"]
