from __future__ import annotations

import pytest

from tests.typed import read


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("repu udayam 10 gantalaku", "Thu 8 Jan 10:00"),
        ("రేపు ఉదయం ౧౦ గంటలకు", "Thu 8 Jan 10:00"),
    ],
)
def test_telugu_is_understood(typed: str, meant: str) -> None:
    assert read(typed) == meant
