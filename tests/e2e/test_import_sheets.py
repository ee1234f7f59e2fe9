"""`leadbell import` of files as people keep them: nothing is lost, and nothing left out unsaid."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tests import shopsheet
from tests.e2e.test_transfer import Shop

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.english  # the command line's words: tests/e2e/test_languages.py

SHEETS = Path(__file__).parents[1] / "samples" / "sheets"
SHOWN = """
    SELECT name, mobile, mobile_alt, email, company, city, product, enquired_at FROM leads ORDER BY lead_id
"""
NOTES = "SELECT notes.text FROM notes JOIN leads USING (lead_id) ORDER BY note_id"


@pytest.fixture
def shop(tmp_path: Path, logging_as_it_was: None) -> Shop:
    for path in SHEETS.iterdir():
        shutil.copy(path, tmp_path)
    return Shop(tmp_path)


def lead(name: str, mobile: str | None, **more: str) -> tuple[str | None, ...]:
    names = ("mobile_alt", "email", "company", "city", "product", "at")
    return (name, mobile, *(more.get(one, {"product": "Gate Valve"}.get(one)) for one in names))


CASES: list[tuple[str, Sequence[Any], str]] = [
    (
        "title-rows.csv",
        [lead("Mohan Sample", "+919000001107", city="Pune", at="2026-11-20 10:15")],
        "4 rows: 1 new, 0 known, 0 left out, 3 passed over",
    ),
    (
        "dup-empty-headers.csv",
        [
            lead("Mohan Sample", "+919000001121", mobile_alt="+919000001122", city="Pune"),
            lead("Lata Sample", "+919000001123", city="Pune"),
        ],
        "2 rows: 2 new, 0 known, 0 left out. Not read: columns D (no heading), F (no heading).",
    ),
    (
        "crm-names.csv",
        [
            lead(
                "Mohan Sample",
                "+919000001124",
                email="m24@example.com",
                company="Sample Traders",
                city="Pune",
                at="2026-11-20 00:00",
            )
        ],
        "1 row: 1 new, 0 known, 0 left out. Stored",
    ),
    (
        "first-last.csv",
        [lead("Mohan Sample", "+919000001125")],
        "1 row: 1 new, 0 known, 0 left out. Not read: column ‘Lead Source’.",
    ),
    (
        "date-time-columns.xlsx",
        [lead("Mohan Sample", "+919000001216", at="2026-11-20 10:15")],
        "1 row: 1 new, 0 known, 0 left out. Stored",
    ),
    ("wrapped.json", [lead("Mohan Sample", "+919000001404")], "1 row: 1 new, 0 known, 0 left out. Stored"),
]


@pytest.mark.parametrize(("name", "wanted", "words"), CASES, ids=[case[0] for case in CASES])
def test_what_people_keep_is_read_as_they_mean_it(shop: Shop, name: str, wanted: Sequence[Any], words: str) -> None:
    code, said, complained = shop.run("import", name)
    assert (code, complained) == (0, "")
    assert said.startswith(words)
    assert [(*row, in_india(at)) for *row, at in shop.leads(statement=SHOWN)] == wanted


def in_india(epoch: int | None) -> str | None:
    return None if epoch is None else f"{datetime.fromtimestamp(epoch, ZoneInfo('Asia/Kolkata')):%Y-%m-%d %H:%M}"


def test_remarks_become_notes_once(shop: Shop) -> None:
    shop.run("import", "crm-names.csv")
    shop.run("import", "crm-names.csv")
    assert shop.leads(statement=NOTES) == [("Call after 5",)]
    assert shop.run("export", "all.csv")[0] == 0
    assert "Call after 5" in (shop.folder / "all.csv").read_text(encoding="utf-8-sig")


def test_a_formula_without_a_value_is_named_and_nothing_imported_is_no_success(shop: Shop) -> None:
    code, said, complained = shop.run("import", "formulas.xlsx")
    assert (code, said) == (
        1,
        f"2 rows: 0 new, 0 known, 2 left out (see rows 2, 3). Nothing is new in {shop.called()}.\n",
    )
    assert [line.partition(" is a formula without a stored value")[0] for line in complained.splitlines()] == [
        "row 2: “Mobile”",
        "row 3: “Name”",
    ]


def test_a_dry_run_shows_what_columns_mean_and_stores_nothing(shop: Shop) -> None:
    process = shop.start("import", "--dry-run", "crm-names.csv")
    said, complained = process.communicate(timeout=60)
    assert (process.returncode, complained) == (0, "")
    assert re.search(r"^  Phone Number +→ mobile$", said, re.MULTILINE)
    assert "note: Call after 5" in said
    assert said.endswith("1 row: 1 can be read, 0 left out. Nothing was stored.\n")
    assert not (shop.folder / "leadbell.db").exists()


def test_a_column_can_be_named(shop: Shop) -> None:
    (shop.folder / "own.csv").write_text("Wer,Nummer,Was\nMohan,9000001125,Valve\n", encoding="utf-8")
    assert shop.run("import", "own.csv")[0] == 1
    code, said, _complaints = shop.run("import", "own.csv", "--map", "Nummer=mobile", "--map", "wer=name")
    assert (code, "Not read: column ‘Was’." in said) == (0, True)
    assert shop.leads(statement="SELECT name, mobile, product FROM leads") == [("Mohan", "+919000001125", None)]
    code, _said, complained = shop.run("import", "own.csv", "--map", "Nummer=number")
    assert (code, "“number” is no field. The fields are kind, query_id" in complained) == (1, True)


def test_a_shops_workbook_is_imported_whole_with_one_command(shop: Shop) -> None:
    made = shopsheet.write(shop.folder / "leads.xlsx", 300)
    code, said, complained = shop.run("import", "leads.xlsx")
    total = made.leads + made.passed_over
    assert (code, complained) == (0, "")
    assert said.startswith(f"{total} rows: {made.leads} new, 0 known, 0 left out, {made.passed_over} passed over")
    assert "Not read: columns ‘Sr. No’, ‘Remarks2’; sheet ‘Cover’. Stored" in said
    assert {mobile for (mobile,) in shop.leads(statement="SELECT mobile FROM leads ORDER BY mobile")} == set(
        made.phones
    )
    assert len(shop.leads(statement="SELECT 1 FROM leads WHERE phone IS NOT NULL OR mobile_alt IS NOT NULL")) == 60
    # Every seven minutes of every month, whatever the spelling.
    times = shop.leads(statement="SELECT enquired_at FROM leads ORDER BY enquired_at")
    assert {later - earlier for (earlier,), (later,) in itertools.pairwise(times)} == {7 * 60}
    assert len(shop.leads(statement=NOTES)) == made.notes
    assert f"0 new, {made.leads} known" in shop.run("import", "leads.xlsx")[1]


def test_code_in_the_current_folder_is_not_run(shop: Shop) -> None:
    shop.write(8_000)
    assert (shop.folder / "leads.jsonl").stat().st_size > 4 * 1024 * 1024
    (shop.folder / "bot" / "files").mkdir(parents=True)
    for path in ("bot/__init__.py", "bot/files/__init__.py", "bot/files/apart.py", "pickle.py", "openpyxl.py"):
        (shop.folder / path).write_text("open('ran', 'w').close()\n", encoding="utf-8")
    command = [str(Path(sys.executable).with_name("leadbell")), "import", "leads.jsonl"]
    process = subprocess.Popen(
        command,
        cwd=shop.folder,
        env=shop.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    said, complained = process.communicate(timeout=120)
    assert "8,000 new" in said, complained
    assert not (shop.folder / "ran").exists()


def test_a_known_number_is_known_whatever_its_kind_where_the_sheet_names_none(shop: Shop) -> None:
    (shop.folder / "b.csv").write_text(
        "Query ID,Kind,Name,Mobile\n101,B,Asha,9000001125\n102,W,Ravi,9000001126\n", encoding="utf-8"
    )
    (shop.folder / "plain.csv").write_text(
        "Query ID,Name,Mobile\n101,Asha,9000001125\n102.0,Ravi,9000001126\n103,Mina,9000001127\n", encoding="utf-8"
    )
    assert "2 new" in shop.run("import", "b.csv")[1]
    assert "3 rows: 1 new, 2 known" in shop.run("import", "plain.csv")[1]
    assert shop.leads(statement="SELECT count(*) FROM leads") == [(3,)]


def test_fillers_and_rounded_numbers_are_no_identity(shop: Shop) -> None:
    ids = ("3.3E+09", "3.3E+09", "NA", "0", "#N/A", "-")
    rows = "".join(f"{one},Buyer {at},90000011{at:02}\n" for at, one in enumerate(ids))
    (shop.folder / "ids.csv").write_text(f"Query ID,Name,Mobile\n{rows}", encoding="utf-8")
    assert "6 rows: 6 new, 0 known, 0 left out" in shop.run("import", "ids.csv")[1]


def test_strict_is_for_those_who_want_all_or_a_failure(shop: Shop) -> None:
    (shop.folder / "some.csv").write_text("Name,Mobile\nAsha,9000001125\nRavi,9.19E+11\n", encoding="utf-8")
    code, said, complained = shop.run("import", "some.csv")
    assert (code, "1 new, 0 known, 1 left out (see line 3)" in said) == (0, True)
    assert "line 3: “Mobile” was rounded by a spreadsheet" in complained
    assert shop.run("import", "some.csv", "--strict")[0] == 1
