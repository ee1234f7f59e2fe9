"""A small file that unpacks to more than a machine holds is refused before it is read; a large honest one is not."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from bot.errors import LeadbellError
from bot.files import reading

if TYPE_CHECKING:
    from pathlib import Path

IST = ZoneInfo("Asia/Kolkata")
NAMES = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ROW = b"<row><c t='inlineStr'><is><t>Name</t></is></c></row>"
SHEET = "xl/worksheets/sheet1.xml"


def sheet(content: bytes) -> bytes:
    return f"<worksheet {NAMES}><sheetData>".encode() + content + b"</sheetData></worksheet>"


def packed(path: Path, part: str, content: bytes) -> Path:
    """A sound workbook in which one part has this content."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "Name"
    book.save(path.with_name("sound.xlsx"))
    with (
        zipfile.ZipFile(path.with_name("sound.xlsx")) as given,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in {*given.namelist(), part}:
            made.writestr(name, content if name == part else given.read(name))
    return path


BOMBS = {
    "cells of one row": (SHEET, sheet(b"<row>" + b"<c/>" * 300_000 + b"</row>")),
    "one text": (SHEET, sheet(b"<row><c t='inlineStr'><is><t>" + b"a" * 40_000_000 + b"</t></is></c></row>")),
    "shared texts": ("xl/sharedStrings.xml", f"<sst {NAMES}>".encode() + b"<si><t/></si>" * 1_100_000 + b"</sst>"),
    "styles": (
        "xl/styles.xml",
        f"<styleSheet {NAMES}><cellXfs>".encode() + b"<xf/>" * 2_100_000 + b"</cellXfs></styleSheet>",
    ),
    "entities": (SHEET, b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + sheet(ROW)),
}


@pytest.mark.no_cover
@pytest.mark.parametrize("kind", BOMBS)
def test_what_unpacks_to_too_much_is_refused(tmp_path: Path, kind: str) -> None:
    path = packed(tmp_path / "bomb.xlsx", *BOMBS[kind])
    assert path.stat().st_size < 100_000
    with pytest.raises(
        LeadbellError, match=r"bomb\.xlsx: it unpacks to more than can be read\. Save the sheet as \.csv"
    ):
        reading.opened(path, IST).__enter__()


MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TEXTS = f"<sst {NAMES}>".encode() + (b"<si><t>" + b"a" * 10_000_000 + b"</t></si><row></row>") * 11 + b"</sst>"
ENDLESS = sheet(b"<row>" + b"<c/>" * 300_000 + b"</row>")
LONG = sheet((b"<row><c><is><t>" + b"a" * 10_000_000 + b"</t></is></c></row>") * 11)


def changed(path: Path, extra: dict[str, bytes], *changes: tuple[str, str, str]) -> Path:
    """A sound workbook with more parts, and other words in its own."""
    sound = packed(path.with_name("plain.xlsx"), SHEET, sheet(ROW))
    with zipfile.ZipFile(sound) as given, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        content = {name: given.read(name) for name in given.namelist()} | extra
        for part, old, new in changes:
            assert old in content[part].decode()
            content[part] = content[part].replace(old.encode(), new.encode())
        for name, text in content.items():
            made.writestr(name, text)
    return path


def typed(part: str, kind: str) -> tuple[str, str, str]:
    return "[Content_Types].xml", "</Types>", f'<Override PartName="/{part}" ContentType="{MAIN}.{kind}+xml"/></Types>'


RELATIONS = "xl/_rels/workbook.xml.rels"
DISGUISED: dict[str, tuple[dict[str, bytes], list[tuple[str, str, str]]]] = {
    "texts by another ending": ({"xl/texts.bin": TEXTS}, [typed("xl/texts.bin", "sharedStrings")]),
    "texts among the sheets": (
        {"xl/worksheets/s.xml": TEXTS},
        [typed("xl/worksheets/s.xml", "sharedStrings")],
    ),
    "texts that are a sheet too": (
        {"xl/worksheets/s.xml": TEXTS},
        [typed("xl/worksheets/s.xml", "worksheet"), typed("xl/worksheets/s.xml", "sharedStrings")],
    ),
    "styles that are a sheet": ({"xl/styles.xml": LONG}, [("[Content_Types].xml", ".styles+xml", ".worksheet+xml")]),
    "a sheet by another ending": (
        {"xl/sheet.bin": ENDLESS},
        [(RELATIONS, "/xl/worksheets/sheet1.xml", "/xl/sheet.bin")],
    ),
    "a sheet that is a picture": (
        {"xl/sheet.png": ENDLESS},
        [
            (RELATIONS, "/xl/worksheets/sheet1.xml", "sheet.png"),
            (RELATIONS, "relationships/worksheet", "relationships/image"),
        ],
    ),
    "a sheet that is texts too": ({SHEET: LONG}, [typed(SHEET, "sharedStrings")]),
    "a sheet that is charts": (
        {SHEET: LONG},
        [(RELATIONS, "relationships/worksheet", "relationships/chartsheet")],
    ),
    "relations of a sheet": ({"xl/worksheets/_rels/sheet1.xml.rels": LONG}, []),
}


@pytest.mark.no_cover
@pytest.mark.parametrize("kind", DISGUISED)
def test_a_part_is_measured_as_it_is_read_whatever_its_name(tmp_path: Path, kind: str) -> None:
    extra, changes = DISGUISED[kind]
    with pytest.raises(LeadbellError, match="unpacks to more"):
        reading.opened(changed(tmp_path / "bomb.xlsx", extra, *changes), IST).__enter__()


@pytest.mark.no_cover
def test_a_sheet_may_be_long_wherever_its_part_stands_and_a_picture_may_be_anything(tmp_path: Path) -> None:
    row = b"<row><c t='inlineStr'><is><t>A</t></is></c></row><!--" + b"a" * 50_000 + b"-->"
    path = changed(
        tmp_path / "long.xlsx",
        {
            "xl/pages/one.xml": sheet(ROW + row * 2_200),
            "xl/media/image1.svg": b"<!DOCTYPE svg><svg/>",
            "xl/media/a.png": b"PNG",
        },
        typed("xl/pages/one.xml", "worksheet"),
        (RELATIONS, "/xl/worksheets/sheet1.xml", "/xl/pages/one.xml"),
    )
    with reading.opened(path, IST) as source:
        part = source.part(3)
        assert source.size == 2_201
    assert part is not None
    assert {row.lead.name for row in part.rows} == {"A"}


def test_a_row_far_down_and_a_cell_far_right_are_no_bombs(tmp_path: Path) -> None:
    content = ROW + b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row>'
    with reading.opened(packed(tmp_path / "far.xlsx", SHEET, sheet(content)), IST) as source:
        part = source.part(10)
    assert part is not None
    assert (part.rows, part.passed_over) == ([], 1)


def test_a_row_beyond_the_last_ends_the_sheet(tmp_path: Path) -> None:
    content = ROW + b'<row r="99999999999"><c t="inlineStr"><is><t>Asha</t></is></c></row>'
    with reading.opened(packed(tmp_path / "far.xlsx", SHEET, sheet(content)), IST) as source:
        assert source.part(10) is None


# --- ODS

OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def ods(path: Path, rows: str) -> Path:
    content = (
        f'<office:document-content xmlns:office="{OFFICE}:office:1.0" xmlns:table="{OFFICE}:table:1.0" '
        f'xmlns:text="{OFFICE}:text:1.0"><office:body><office:spreadsheet><table:table table:name="Leads">{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{OFFICE}:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
        f'manifest:media-type="{TYPE}"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("mimetype", TYPE)
        made.writestr("META-INF/manifest.xml", manifest)
        made.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
    return path


def row(*cells: str, times: int = 1, wide: int = 1) -> str:
    inner = "".join(
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{wide}"><text:p>{cell}</text:p>'
        "</table:table-cell>"
        for cell in cells
    )
    return f'<table:table-row table:number-rows-repeated="{times}">{inner}</table:table-row>'


BLANK = (
    '<table:table-row table:number-rows-repeated="{rows}"><table:table-cell table:number-columns-repeated="{wide}"/>'
    "</table:table-row>"
)


def test_an_ods_is_read_and_blank_cells_to_its_end_are_nothing(tmp_path: Path) -> None:
    rows = row("Leads") + row("Name", "Mobile", "Date") + row("Asha", "9000000021", "20.11.2026")
    with reading.opened(ods(tmp_path / "a.ods", rows + BLANK.format(rows=1_048_000, wide=16_384)), IST) as source:
        part = source.part(10)
    assert part is not None
    assert [(one.lead.name, one.lead.mobile) for one in part.rows] == [("Asha", "+919000000021")]
    assert part.passed_over == 1


@pytest.mark.parametrize(
    "rows",
    [
        row("x", times=1_000_000, wide=1_000),
        BLANK.format(rows=1_000_000, wide=1) + row("x", wide=1_000),
        BLANK.format(rows=30_000, wide=16_000)
        + f"<table:table-row>{'<table:table-cell/>' * 9_000}</table:table-row>"
        + row("x", wide=300),
    ],
)
def test_an_ods_whose_block_would_not_fit_is_refused(tmp_path: Path, rows: str) -> None:
    with pytest.raises(LeadbellError, match="unpacks to more"):
        reading.opened(ods(tmp_path / "a.ods", row("Name", "Mobile") + rows), IST).__enter__()


@pytest.mark.skipif(sys.platform == "win32", reason="limits as POSIX has them")
def test_refusing_takes_little_memory(tmp_path: Path) -> None:
    import resource  # noqa: PLC0415 - Windows has none

    path = packed(tmp_path / "bomb.xlsx", SHEET, sheet(b"<row>" + b"<c/>" * 30_000_000 + b"</row>"))
    code = (
        "import sys, resource; from pathlib import Path; from zoneinfo import ZoneInfo; from bot.files import reading\n"
        "try: reading.opened(Path(sys.argv[1]), ZoneInfo('Asia/Kolkata')).__enter__()\n"
        "except Exception as error: print(error)"
    )

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (400 * 1024 * 1024, 400 * 1024 * 1024))

    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True, preexec_fn=limited
    )
    assert "unpacks to more" in done.stdout
