from __future__ import annotations

import pytest

from tests.typed import read


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("naalai kaalai 10 mani", "Thu 8 Jan 10:00"),
        ("நாளை 10 மணி", "Thu 8 Jan 10:00"),
        ("நாளை காலை ௧௦ மணிக்கு", "Thu 8 Jan 10:00"),
    ],
)
def test_tamil_is_understood(typed: str, meant: str) -> None:
    assert read(typed) == meant
