from __future__ import annotations

import pytest

from bot.domain import typed_times
from bot.domain.typed_times import Moment
from tests.typed import NOW, ZONE, read


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("naalai kaalai 10 mani", "Thu 8 Jan 10:00"),
        ("naalaiku 10 manikku", "Thu 8 Jan 10:00"),
        ("nalai kalai 9:30 mani", "Thu 8 Jan 09:30"),
        ("naalai", "Thu 8 Jan 10:00"),
        ("naalaikku maalai", "Thu 8 Jan 18:00"),
        ("naalai mathiyam 2 mani", "Thu 8 Jan 14:00"),
        ("innaikku saayangalam 6 mani", "Wed 7 Jan 18:00"),
        ("inniku rathiri 8 manikku", "Wed 7 Jan 20:00"),
        ("naalai marunaal kaalai 11 mani", "Fri 9 Jan 11:00"),
        ("naalanaikku 11 manikku", "Fri 9 Jan 11:00"),
        ("2 mani neram kazhithu", "Wed 7 Jan 17:00"),
        ("rendu mani nerathula", "Wed 7 Jan 17:00"),
        ("arai mani neram kalichu", "Wed 7 Jan 15:30"),
        ("onnarai mani neram kazhichu", "Wed 7 Jan 16:30"),
        ("innum 20 nimishathula", "Wed 7 Jan 15:20"),
        ("2 naal kazhichu 4 mani", "Fri 9 Jan 16:00"),
        ("pathu manikku", "Thu 8 Jan 10:00"),
        ("paththarai mani", "Thu 8 Jan 10:30"),
        ("naalai naalarai mani", "Thu 8 Jan 16:30"),
        ("velli maalai 4 mani", "Fri 9 Jan 16:00"),
        ("vellikizhamai 11 manikku", "Fri 9 Jan 11:00"),
        ("thingal kaalai", "Mon 12 Jan 10:00"),
        ("adutha velli", "Fri 16 Jan 10:00"),
        ("adutha vaaram", "Mon 12 Jan 10:00"),
        ("varum sani 5 mani", "Sat 10 Jan 17:00"),
        ("25 thethi 11 mani", "Sun 25 Jan 11:00"),
        ("maasa kadaisi", "Sat 31 Jan 10:00"),
        ("naalai kaalai paththarai", "Thu 8 Jan 10:30"),
        ("நாளை காலை பத்தரை", "Thu 8 Jan 10:30"),
        ("மாலை ௭ மணிக்கு", "Wed 7 Jan 19:00"),
        ("௨௦ நிமிடத்தில்", "Wed 7 Jan 15:20"),
        ("௨௫ தேதி", "Sun 25 Jan 10:00"),
        ("௨ மணி நேரம் கழித்து", "Wed 7 Jan 17:00"),
        ("நாளை 10 மணி", "Thu 8 Jan 10:00"),
        ("நாளை காலை ௧௦ மணிக்கு", "Thu 8 Jan 10:00"),
        ("நாளைக்கு காலையில 9.30 மணிக்கு", "Thu 8 Jan 09:30"),
        ("நாளை மாலை", "Thu 8 Jan 18:00"),
        ("நாளை மதியம் 12 மணிக்கு", "Thu 8 Jan 12:00"),
        ("இன்று மாலை 6 மணி", "Wed 7 Jan 18:00"),
        ("இன்னைக்கு ராத்திரி 9 மணிக்கு", "Wed 7 Jan 21:00"),
        ("இன்று இரவு", "Wed 7 Jan 20:00"),
        ("நாளை மறுநாள் காலை", "Fri 9 Jan 10:00"),
        ("நாளை பத்தரை மணிக்கு", "Thu 8 Jan 10:30"),
        ("மாலை ஐந்தரை மணி", "Wed 7 Jan 17:30"),
        ("2 மணி நேரத்தில்", "Wed 7 Jan 17:00"),
        ("இரண்டு மணி நேரம் கழித்து", "Wed 7 Jan 17:00"),
        ("3 மணி கழித்து", "Wed 7 Jan 18:00"),
        ("அரை மணி நேரத்துல", "Wed 7 Jan 15:30"),
        ("ஒன்றரை மணி நேரம் கழித்து", "Wed 7 Jan 16:30"),
        ("20 நிமிடத்தில்", "Wed 7 Jan 15:20"),
        ("மூன்று நாள் கழித்து", "Sat 10 Jan 15:00"),
        ("வெள்ளி மாலை 4", "Fri 9 Jan 16:00"),
        ("வெள்ளிக்கிழமை 11 மணிக்கு", "Fri 9 Jan 11:00"),
        ("திங்கட்கிழமை காலை", "Mon 12 Jan 10:00"),
        ("அடுத்த வெள்ளி", "Fri 16 Jan 10:00"),
        ("அடுத்த வாரம்", "Mon 12 Jan 10:00"),
        ("வரும் சனிக்கிழமை மாலை", "Sat 10 Jan 18:00"),
        ("ஞாயிற்றுக்கிழமை 11 மணி", "Sun 11 Jan 11:00"),
        ("25-ஆம் தேதி காலை 11 மணி", "Sun 25 Jan 11:00"),
        ("25ம் தேதி", "Sun 25 Jan 10:00"),
        ("15 ஜனவரி மாலை 4 மணி", "Thu 15 Jan 16:00"),
        ("மாதக் கடைசி", "Sat 31 Jan 10:00"),
        ("நாளை 5க்கு", "Thu 8 Jan 17:00"),
        ("லஞ்சுக்கு பிறகு", "Thu 8 Jan 14:00"),
    ],
)
def test_tamil_is_understood(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize("typed", ["10 அல்லது 11 மணிக்கு", "naalu", "ஆக 5 பீஸ்"])
def test_what_only_sounds_like_a_time_in_tamil_is_asked_back(typed: str) -> None:
    assert read(typed) == "unclear"


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("நாளை 10 மணிக்கு ரேட் சொல்ல வேண்டும்", "ரேட் சொல்ல வேண்டும்"),
        ("naalaikku 4 ku call pannanum", "call pannanum"),
        ("rate pesanum naalai kaalai 10 manikku", "rate pesanum"),
    ],
)
def test_what_is_to_be_done_is_kept_of_tamil(typed: str, what: str) -> None:
    found = typed_times.parse(typed, NOW, ZONE)
    assert isinstance(found, Moment)
    assert found.text == what
