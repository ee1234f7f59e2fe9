from __future__ import annotations

import pytest

from bot.domain import typed_times
from bot.domain.typed_times import Moment
from tests.typed import NOW, ZONE, read


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("repu udayam 10 gantalaku", "Thu 8 Jan 10:00"),
        ("repu udayam 10 gantalaki", "Thu 8 Jan 10:00"),
        ("repu 10 gantalaki", "Thu 8 Jan 10:00"),
        ("repu podduna 9:30", "Thu 8 Jan 09:30"),
        ("repu", "Thu 8 Jan 10:00"),
        ("repu saayantram", "Thu 8 Jan 18:00"),
        ("repu madhyanam 2 gantalaki", "Thu 8 Jan 14:00"),
        ("ee roju sayantram 6 gantalaki", "Wed 7 Jan 18:00"),
        ("ivala ratri 8 gantalaki", "Wed 7 Jan 20:00"),
        ("ellundi udayam 11 gantalaki", "Fri 9 Jan 11:00"),
        ("2 gantallo", "Wed 7 Jan 17:00"),
        ("rendu gantala tarvata", "Wed 7 Jan 17:00"),
        ("ara ganta tarvata", "Wed 7 Jan 15:30"),
        ("okatinnara gantalo", "Wed 7 Jan 16:30"),
        ("inko 20 nimishallo", "Wed 7 Jan 15:20"),
        ("2 rojula tarvata 4 gantalaki", "Fri 9 Jan 16:00"),
        ("padi gantalaki", "Thu 8 Jan 10:00"),
        ("padinnara gantalaki", "Thu 8 Jan 10:30"),
        ("repu naalugunnara gantalaki", "Thu 8 Jan 16:30"),
        ("sukravaram sayantram 4 gantalaki", "Fri 9 Jan 16:00"),
        ("somavaram udayam", "Mon 12 Jan 10:00"),
        ("vacche sukravaram", "Fri 16 Jan 10:00"),
        ("vache vaaram", "Mon 12 Jan 10:00"),
        ("ee sanivaram 5 gantalaki", "Sat 10 Jan 17:00"),
        ("25 tedi 11 gantalaki", "Sun 25 Jan 11:00"),
        ("nela aakharuki", "Sat 31 Jan 10:00"),
        ("repu udayam padinnara", "Thu 8 Jan 10:30"),
        ("రేపు ఉదయం పదిన్నర", "Thu 8 Jan 10:30"),
        ("సాయంత్రం ౭ గంటలకు", "Wed 7 Jan 19:00"),
        ("౨౦ నిమిషాల్లో", "Wed 7 Jan 15:20"),
        ("౨౫ తేదీ", "Sun 25 Jan 10:00"),
        ("౨ గంటల తర్వాత", "Wed 7 Jan 17:00"),
        ("రేపు ఉదయం 10 గంటలకు", "Thu 8 Jan 10:00"),
        ("రేపు ఉదయం ౧౦ గంటలకు", "Thu 8 Jan 10:00"),
        ("రేపు పొద్దున్న 9.30కి", "Thu 8 Jan 09:30"),
        ("రేపు సాయంత్రం", "Thu 8 Jan 18:00"),
        ("రేపు మధ్యాహ్నం 12 గంటలకు", "Thu 8 Jan 12:00"),
        ("ఈరోజు సాయంత్రం 6 గంటలకు", "Wed 7 Jan 18:00"),
        ("ఈ రోజు రాత్రి 9 గంటలకు", "Wed 7 Jan 21:00"),
        ("ఇవాళ రాత్రికి", "Wed 7 Jan 20:00"),
        ("ఎల్లుండి ఉదయం", "Fri 9 Jan 10:00"),
        ("రేపు పదిన్నర గంటలకు", "Thu 8 Jan 10:30"),
        ("సాయంత్రం ఐదున్నర గంటలకు", "Wed 7 Jan 17:30"),
        ("రేపు పావు తక్కువ 11 గంటలకు", "Thu 8 Jan 10:45"),
        ("2 గంటల్లో", "Wed 7 Jan 17:00"),
        ("రెండు గంటల తర్వాత", "Wed 7 Jan 17:00"),
        ("1 గంట తర్వాత", "Wed 7 Jan 16:00"),
        ("అర గంటలో", "Wed 7 Jan 15:30"),
        ("అరగంట తర్వాత", "Wed 7 Jan 15:30"),
        ("ఒకటిన్నర గంట తర్వాత", "Wed 7 Jan 16:30"),
        ("20 నిమిషాల్లో", "Wed 7 Jan 15:20"),
        ("మూడు రోజుల తర్వాత", "Sat 10 Jan 15:00"),
        ("శుక్ర సాయంత్రం 4", "Fri 9 Jan 16:00"),
        ("శుక్రవారం 11 గంటలకు", "Fri 9 Jan 11:00"),
        ("సోమవారం ఉదయం", "Mon 12 Jan 10:00"),
        ("వచ్చే శుక్రవారం", "Fri 16 Jan 10:00"),
        ("వచ్చే వారం", "Mon 12 Jan 10:00"),
        ("ఈ శనివారం సాయంత్రం", "Sat 10 Jan 18:00"),
        ("ఆదివారం నాడు 11 గంటలకు", "Sun 11 Jan 11:00"),
        ("25వ తేదీ ఉదయం 11 గంటలకు", "Sun 25 Jan 11:00"),
        ("25 తేదీన", "Sun 25 Jan 10:00"),
        ("15 జనవరి సాయంత్రం 4 గంటలకు", "Thu 15 Jan 16:00"),
        ("నెలాఖరుకి", "Sat 31 Jan 10:00"),
        ("రేపు 5కి", "Thu 8 Jan 17:00"),
        ("లంచ్ తర్వాత", "Thu 8 Jan 14:00"),
    ],
)
def test_telugu_is_understood(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize("typed", ["guru ki phone", "10 లేదా 11 గంటలకు", "రెండు"])
def test_what_only_sounds_like_a_time_in_telugu_is_asked_back(typed: str) -> None:
    assert read(typed) == "unclear"


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("రేపు 10కి కొటేషన్ పంపాలి", "కొటేషన్ పంపాలి"),
        ("rate cheppali repu udayam 10 gantalaki", "rate cheppali"),
    ],
)
def test_what_is_to_be_done_is_kept_of_telugu(typed: str, what: str) -> None:
    found = typed_times.parse(typed, NOW, ZONE)
    assert isinstance(found, Moment)
    assert found.text == what
