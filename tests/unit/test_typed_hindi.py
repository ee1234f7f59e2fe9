from __future__ import annotations

import pytest

from bot.domain import typed_times
from bot.domain.typed_times import Moment, TimeProblem
from tests.typed import NOW, ZONE, read


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kal subah 10 baje", "Thu 8 Jan 10:00"),
        ("kal subha 10 bje", "Thu 8 Jan 10:00"),
        ("kal sham 6 baje", "Thu 8 Jan 18:00"),
        ("kal dopahar 2 baje", "Thu 8 Jan 14:00"),
        ("kal dophar ke baad", "Thu 8 Jan 14:00"),
        ("kal savere 9 baje", "Thu 8 Jan 09:00"),
        ("aaj raat 8 baje", "Wed 7 Jan 20:00"),
        ("parson subah 11 baje", "Fri 9 Jan 11:00"),
        ("narson 11 baje", "Sat 10 Jan 11:00"),
        ("saadhe paanch baje", "Wed 7 Jan 17:30"),
        ("sava char baje", "Wed 7 Jan 16:15"),
        ("paune paanch baje", "Wed 7 Jan 16:45"),
        ("dedh baje", "Thu 8 Jan 13:30"),
        ("dhai baje", "Thu 8 Jan 14:30"),
        ("2 ghante ke baad", "Wed 7 Jan 17:00"),
        ("pandrah minute baad", "Wed 7 Jan 15:15"),
        ("teen din baad", "Sat 10 Jan 15:00"),
        ("ek hafte baad", "Wed 14 Jan 15:00"),
        ("mangal ko 11 baje", "Tue 13 Jan 11:00"),
        ("guruvar shaam 4 baje", "Thu 8 Jan 16:00"),
        ("shukravar ko 4 baje", "Fri 9 Jan 16:00"),
        ("sukravar 4 baje", "Fri 9 Jan 16:00"),
        ("agle shukravar", "Fri 16 Jan 10:00"),
        ("aane wale somvar ko", "Mon 12 Jan 10:00"),
        ("agle hafte", "Mon 12 Jan 10:00"),
        ("kal 5 baje tak", "Thu 8 Jan 17:00"),
        ("kal 10 se pehle", TimeProblem.UNCLEAR),
        ("kal subah saadhe das", "Thu 8 Jan 10:30"),
        ("kal saadhe teen lakh ka order", "Thu 8 Jan 10:00"),
        ("कल सुबह साढ़े दस", "Thu 8 Jan 10:30"),
        ("आज रात ९ बजे", "Wed 7 Jan 21:00"),
        ("कल सुबह १० बजे", "Thu 8 Jan 10:00"),
        ("कल सुबह 10:30 बजे", "Thu 8 Jan 10:30"),
        ("परसों शाम 5 बजे", "Fri 9 Jan 17:00"),
        ("आज शाम ६ बजे", "Wed 7 Jan 18:00"),
        ("आज शाम को", "Wed 7 Jan 18:00"),
        ("शाम साढ़े पाँच बजे", "Wed 7 Jan 17:30"),
        ("सवा चार बजे", "Wed 7 Jan 16:15"),
        ("पौने पांच बजे", "Wed 7 Jan 16:45"),
        ("डेढ घंटे बाद", "Wed 7 Jan 16:30"),
        ("डेढ़ घंटे में", "Wed 7 Jan 16:30"),
        ("ढाई घंटे बाद", "Wed 7 Jan 17:30"),
        ("आधे घंटे में", "Wed 7 Jan 15:30"),
        ("२ घंटे के बाद", "Wed 7 Jan 17:00"),
        ("पंद्रह मिनट बाद", "Wed 7 Jan 15:15"),
        ("तीन दिन बाद", "Sat 10 Jan 15:00"),
        ("दो हफ़्ते बाद", "Wed 21 Jan 15:00"),
        ("1 महीने बाद", "Fri 6 Feb 15:00"),
        ("सोमवार को 11 बजे", "Mon 12 Jan 11:00"),
        ("मंगलवार सुबह 9 बजे", "Tue 13 Jan 09:00"),
        ("शुक्रवार 4 बजे", "Fri 9 Jan 16:00"),
        ("अगले शुक्रवार शाम 4 बजे", "Fri 16 Jan 16:00"),
        ("अगले हफ़्ते", "Mon 12 Jan 10:00"),
        ("इस हफ़्ते के आख़िर में", "Fri 9 Jan 18:00"),
        ("महीने के आख़िर में", "Sat 31 Jan 10:00"),
        ("25 तारीख को 11 बजे", "Sun 25 Jan 11:00"),
        ("२५ जनवरी सुबह ११ बजे", "Sun 25 Jan 11:00"),
        ("15 फ़रवरी", "Sun 15 Feb 10:00"),
        ("लंच के बाद", "Thu 8 Jan 14:00"),
        ("कल दोपहर से पहले", "Thu 8 Jan 12:00"),
        ("कल दोपहर 12 बजे", "Thu 8 Jan 12:00"),
        ("रात 9 बजे तक", "Wed 7 Jan 21:00"),
        ("कल 5 बजे तक", "Thu 8 Jan 17:00"),
        ("subha 11:30 baje", "Thu 8 Jan 11:30"),
        ("khana khane ke baad", "Thu 8 Jan 14:00"),
        ("दोपहर के खाने के बाद", "Thu 8 Jan 14:00"),
        ("10 bajkar 30 minute", TimeProblem.UNCLEAR),
        ("आज", TimeProblem.UNCLEAR),
        ("थोड़ी देर में", TimeProblem.UNCLEAR),
        ("कल या परसों", TimeProblem.UNCLEAR),
        ("10 से 11 बजे", TimeProblem.UNCLEAR),
        ("आज सुबह 9 बजे", TimeProblem.PAST),
    ],
)
def test_hindi_is_understood(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize(
    "typed", ["कल 10 बजे तक फ़ोन और बड़ा ऑर्डर", "फ़ोन और बड़ा ऑर्डर कल सुबह 10 बजे", "15 अगस्त को फ़ोन और बड़ा ऑर्डर"]
)
def test_what_to_be_reminded_of_stays_as_it_was_written(typed: str) -> None:
    found = typed_times.parse(typed, NOW, ZONE)
    assert isinstance(found, Moment)
    assert found.text == "फ़ोन और बड़ा ऑर्डर"
