"""A workbook as a real shop keeps it: a cover, a sheet for each month with a title, a merged heading on two lines,
dates in every spelling, several numbers in one cell, totals, the heading once more, remarks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl

if TYPE_CHECKING:
    from pathlib import Path

UPPER = ["Sr. No", "Customer", "Contact", None, "Enquiry", None, "Product Required", "City/Town", "Remarks", "Remarks2"]
LOWER = [None, None, "Contact No.", "E-mail ID", "Date", "Time", None, None, None, None]
BEGIN = datetime(2026, 8, 1, 9, 0)  # noqa: DTZ001 - sheets have no zones
EVERY = 50
"""Rows after which the heading is repeated."""


@dataclass
class Shop:
    leads: int = 0
    passed_over: int = 0
    notes: int = 0
    phones: list[str] = field(default_factory=list)


def _day(number: int, at: datetime) -> Any:
    forms = ["%d.%m.%Y", "%d-%m-%Y", "%d-%b-%Y", "%b %d, %Y", "%d/%m/%y", "%Y-%m-%d"]
    kind = number % (len(forms) + 2)
    if kind < len(forms):
        return at.strftime(forms[kind])
    return at.date() if kind == len(forms) else (at - datetime(1899, 12, 30)).days  # noqa: DTZ001 - as above


def _time(number: int, at: datetime) -> Any:
    return [at.time(), at.strftime("%H:%M"), at.strftime("%I.%M %p"), at.strftime("%I:%M %p IST")][number % 4]


def _phone(number: int, shop: Shop) -> Any:
    mobile = 9_000_000_000 + number
    shop.phones.append(f"+91{mobile}")
    return [mobile, float(f"91{mobile}"), f"{mobile} / 0421-2220017", f"+91-{mobile}", f"0{mobile}"][number % 5]


def _row(number: int, shop: Shop) -> list[Any]:
    at = BEGIN + timedelta(minutes=7 * number)
    remark = f"call after {number % 9 + 1}" if number % 3 == 0 else None
    shop.notes += remark is not None
    shop.leads += 1
    return [
        number, f"Buyer {number}", _phone(number, shop), f"b{number}@example.com", _day(number, at), _time(number, at),
        f"Gate Valve {number % 40}", "Pune", remark, "x",
    ]  # fmt: skip


def write(path: Path, leads: int, sheets: int = 3) -> Shop:
    """`leads` in all, divided among the months."""
    shop = Shop()
    book = openpyxl.Workbook()
    cover: Any = book.active
    cover.title = "Cover"
    cover.append(["Sample Traders"])
    cover.append(["Phone", "0421-2220017"])
    for month in range(sheets):
        page: Any = book.create_sheet(f"Month {month + 1}")
        page.append([f"Leads of month {month + 1}"])
        page.append([])
        page.append(UPPER)
        page.append(LOWER)
        page.merge_cells("C3:D3")
        page.merge_cells("E3:F3")
        shop.passed_over += 1
        for number in range(leads * month // sheets, leads * (month + 1) // sheets):
            page.append(_row(number, shop))
            if number % EVERY == EVERY - 1:
                page.append(["Total", None, EVERY])
                page.append(UPPER)
                page.append(LOWER)
                shop.passed_over += 3
        page.append([None, "Grand Total", leads, None, "=COUNTA(E5:E99)"])
        page.append([9_999_999])
        shop.passed_over += 2
    book.save(path)
    return shop
