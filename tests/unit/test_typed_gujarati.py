from __future__ import annotations

import pytest

from tests.typed import read


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kaale savare 10 vage", "Thu 8 Jan 10:00"),
        ("kale savare 10 vagye", "Thu 8 Jan 10:00"),
        ("kale savare 9:30 vage", "Thu 8 Jan 09:30"),
        ("aavti kale 11 vage", "Thu 8 Jan 11:00"),
        ("kale", "Thu 8 Jan 10:00"),
        ("kale sanje", "Thu 8 Jan 18:00"),
        ("kaale bapore 3 vage", "Thu 8 Jan 15:00"),
        ("parso sanje 5 vage", "Fri 9 Jan 17:00"),
        ("param divase savare 11 vage", "Fri 9 Jan 11:00"),
        ("aaje sanje 6 vage", "Wed 7 Jan 18:00"),
        ("aaje raate 9 vage", "Wed 7 Jan 21:00"),
        ("aaje rate 9 vage", "Wed 7 Jan 21:00"),
        ("kale 10 vage rate moklo", "Thu 8 Jan 10:00"),
        ("sada char vage", "Wed 7 Jan 16:30"),
        ("kale sada 10 vage", "Thu 8 Jan 10:30"),
        ("kale pona char vage", "Thu 8 Jan 15:45"),
        ("sava panch vage", "Wed 7 Jan 17:15"),
        ("kale dodh vage", "Thu 8 Jan 13:30"),
        ("2 kalak ma", "Wed 7 Jan 17:00"),
        ("be kalak pachi", "Wed 7 Jan 17:00"),
        ("adadha kalak ma", "Wed 7 Jan 15:30"),
        ("dodh kalak pachhi", "Wed 7 Jan 16:30"),
        ("20 minit pachi", "Wed 7 Jan 15:20"),
        ("2 divas pachi 4 vage", "Fri 9 Jan 16:00"),
        ("somvare 11 vage", "Mon 12 Jan 11:00"),
        ("shukravare sanje 4 vage", "Fri 9 Jan 16:00"),
        ("aavta shukravare", "Fri 16 Jan 10:00"),
        ("aavta athvadiye", "Mon 12 Jan 10:00"),
        ("25 tarikhe 11 vage", "Sun 25 Jan 11:00"),
        ("mahina na ante", "Sat 31 Jan 10:00"),
        ("jamya pachi", "Thu 8 Jan 14:00"),
        ("sanj sudhima", "Wed 7 Jan 18:00"),
        ("kale savare sada das", "Thu 8 Jan 10:30"),
        ("કાલે સવારે સાડા દસ", "Thu 8 Jan 10:30"),
        ("કાલે સવારે ૧૦ વાગે", "Thu 8 Jan 10:00"),
        ("કાલે સવારે 10 વાગ્યે", "Thu 8 Jan 10:00"),
        ("આવતીકાલે સાંજે", "Thu 8 Jan 18:00"),
        ("કાલે બપોરે ૧૨ વાગે", "Thu 8 Jan 12:00"),
        ("કાલે બપોર પછી", "Thu 8 Jan 14:00"),
        ("આજે સાંજે સાત વાગ્યે", "Wed 7 Jan 19:00"),
        ("પરમ દિવસે સવારના ૧૧ વાગે", "Fri 9 Jan 11:00"),
        ("સાડા દસ વાગે", "Thu 8 Jan 10:30"),
        ("કાલે પોણા પાંચ વાગે", "Thu 8 Jan 16:45"),
        ("અઢી વાગે", "Thu 8 Jan 14:30"),
        ("બે કલાકમાં", "Wed 7 Jan 17:00"),
        ("૨ કલાક પછી", "Wed 7 Jan 17:00"),
        ("અડધા કલાકમાં", "Wed 7 Jan 15:30"),
        ("સવા કલાક પછી", "Wed 7 Jan 16:15"),
        ("સાડા ત્રણ કલાક પછી", "Wed 7 Jan 18:30"),
        ("ત્રણ દિવસ પછી", "Sat 10 Jan 15:00"),
        ("સોમવારે સવારે", "Mon 12 Jan 10:00"),
        ("આ શુક્રવારે ૪ વાગે", "Fri 9 Jan 16:00"),
        ("આવતા સોમવારે", "Mon 12 Jan 10:00"),
        ("શનિવાર સુધીમાં", "Sat 10 Jan 10:00"),
        ("૨૫ જાન્યુઆરીએ ૧૧ વાગે", "Sun 25 Jan 11:00"),
        ("25મી તારીખે સાંજે 5 વાગે", "Sun 25 Jan 17:00"),
        ("મહિનાના અંતે", "Sat 31 Jan 10:00"),
        ("અઠવાડિયાના અંતે", "Fri 9 Jan 18:00"),
        ("એક અઠવાડિયા પછી", "Wed 14 Jan 15:00"),
        ("5 વાગ્યા સુધીમાં", "Wed 7 Jan 17:00"),
    ],
)
def test_gujarati_is_understood(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize(
    "typed", ["રવિ ને ફોન", "guru ne phone", "be", "આજે", "aave etle", "મે", "માલ જોવો", "10 કે 11 વાગે"]
)
def test_what_only_sounds_like_a_time_is_asked_back(typed: str) -> None:
    assert read(typed) == "unclear"


def test_what_is_to_be_done_is_kept() -> None:
    assert read("ભાવ મોકલવો કાલે સવારે 10 વાગે") == "Thu 8 Jan 10:00"
    assert read("kale savare 10 vage bhav mokalvo") == "Thu 8 Jan 10:00"
