from __future__ import annotations

import pytest

from tests.typed import read


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kal subah 10 baje", "Thu 8 Jan 10:00"),
        ("कल सुबह १० बजे", "Thu 8 Jan 10:00"),
        ("डेढ घंटे बाद", "Wed 7 Jan 16:30"),
    ],
)
def test_hindi_is_understood(typed: str, meant: str) -> None:
    assert read(typed) == meant
