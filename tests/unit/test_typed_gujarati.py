from __future__ import annotations

import pytest

from tests.typed import read


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kaale savare 10 vage", "Thu 8 Jan 10:00"),
        ("કાલે સવારે ૧૦ વાગે", "Thu 8 Jan 10:00"),
    ],
)
def test_gujarati_is_understood(typed: str, meant: str) -> None:
    assert read(typed) == meant
