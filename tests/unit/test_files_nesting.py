"""JSON of leads that have objects of their own, and of objects that only wrap leads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from bot.files import mapping, reading

if TYPE_CHECKING:
    from pathlib import Path

    from bot.domain.lead import Lead

IST = ZoneInfo("Asia/Kolkata")
ASHA = {"name": "Asha", "mobile": "9000000031"}
RAVI = {"name": "Ravi", "mobile": "9000000032"}
PUMP = {"name": "Pump", "qty": 2}
DETAILED = PUMP | {"description": "5 HP", "category": "Pumps"}

both = pytest.mark.parametrize("suffix", [".json", ".jsonl"])


def read(path: Path, *chosen: str) -> list[Lead]:
    with reading.opened(path, IST, mapping.given(chosen)) as source:
        part = source.part(1_000)
    assert part is not None
    assert part.bad == []
    return [row.lead for row in part.rows]


def written(tmp_path: Path, suffix: str, *values: Any) -> Path:
    path = tmp_path / f"leads{suffix}"
    path.write_text("\n".join(map(json.dumps, values)), encoding="utf-8")
    return path


@both
@pytest.mark.parametrize(
    "lead",
    [
        ASHA | {"city": "Surat", "products": [PUMP]},
        ASHA | {"products": [PUMP, DETAILED]},
        {"products": [DETAILED], **ASHA},
        {"SENDER_NAME": "Asha", "SENDER_MOBILE": "9000000031", "items": [DETAILED]},
        {
            "Contact No.": "9000000031",
            "Buyer": "Asha",
            "visits": [{"date": "2026-11-20", "name": "Home", "qty": 1}],
        },
        ASHA | {"city": "Surat", "contacts": [RAVI]},
        ASHA | {"friends": [RAVI]},
        ASHA | {"data": {"page": "home"}},
        ASHA | {"lead": {"source": "web", "city": "Surat"}, "results": [1, 2]},
        ASHA | {"leads": []},
    ],
)
def test_who_has_objects_of_their_own_is_the_lead(tmp_path: Path, suffix: str, lead: Any) -> None:
    found = read(written(tmp_path, suffix, lead, RAVI))
    assert [(one.name, one.mobile) for one in found] == [("Asha", "+919000000031"), ("Ravi", "+919000000032")]


@both
@pytest.mark.parametrize(
    "envelope",
    [
        {"name": "November", "enquiries": [ASHA, RAVI]},
        {"company": "Sample Traders", "phone": "02212345678", "leads": [ASHA, RAVI]},
        {"company": "Sample Traders", "email": "a@example.com", "rows_of": [ASHA | {"city": "Surat"}, RAVI]},
        {"CODE": 200, "MESSAGE": "", "RESPONSE": [ASHA, RAVI]},
        {"name": "November", "data": {"count": 2, "items": [ASHA, RAVI]}},
        {"one": [ASHA], "other": [RAVI | {"products": [DETAILED]}]},
    ],
)
def test_what_says_less_than_its_rows_only_wraps_them(tmp_path: Path, suffix: str, envelope: Any) -> None:
    assert [one.name for one in read(written(tmp_path, suffix, envelope))] == ["Asha", "Ravi"]


@both
def test_names_that_were_given_count_too(tmp_path: Path, suffix: str) -> None:
    lead = {"Kaufmann": "Asha", "Ruf": "9000000031", "products": [DETAILED]}
    (found,) = read(written(tmp_path, suffix, lead), "Kaufmann=name", "Ruf=mobile")
    assert (found.name, found.mobile) == ("Asha", "+919000000031")


def test_a_document_that_is_longer_than_any_lead_wraps_its_rows(tmp_path: Path) -> None:
    rows = [{"name": "Asha", "message": "x" * 5_000}] * 600
    path = written(tmp_path, ".json", {"name": "November", "mobile": "9000000039", "enquiries": rows})
    assert len(read(path)) == 600
