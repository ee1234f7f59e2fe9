from __future__ import annotations

import pytest

from tests.typed import read


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("udya sakali 10 vajta", "Thu 8 Jan 10:00"),
        ("उद्या सकाळी १०", "Thu 8 Jan 10:00"),
    ],
)
def test_marathi_is_understood(typed: str, meant: str) -> None:
    assert read(typed) == meant
