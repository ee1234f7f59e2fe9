from __future__ import annotations

from typing import Final

from bot.domain.words.table import Words

WORDS: Final = Words(
    weekdays=(
        "som(?:v|w)aa?r|सोमवार",
        "mangal(?:(?:v|w)aa?r)?|मंगलवार",
        "budh(?:(?:v|w)aa?r)?|बुधवार",
        "guru(?:v|w)aa?r|brihaspati(?:v|w)aa?r|गुरुवार",
        "shukra?(?:(?:v|w)aa?r)?|शुक्रवार",
        "shani(?:(?:v|w)aa?r)?|शनिवार",
        "ra(?:v|w)i(?:v|w)aa?r|it(?:v|w)aa?r|रविवार",
    ),
    days={0: "aaj|aj|आज", 2: "par(?:a|)son?|परसों", 1: "kal|कल"},
    parts={
        "after lunch": "(?:lunch|khan[ae]) ke baa?d|लंच के बाद",
        "before lunch": "(?:lunch|khan[ae]) se peh?a?le",
        "end of day": "din ke (?:end|ant|aa?khir)|दिन के अंत",
        "morning": "subah|sub[ae]h|savere|सुबह",
        "afternoon": "dop(?:a|e)har|दोपहर",
        "evening": "shaa?m|शाम",
        "night": "raat|rat|रात",
    },
    numbers={
        "ek|एक": 1, "do|दो": 2, "teen|तीन": 3, "chaa?r": 4, "paa?nch": 5, "chh?e": 6, "saat": 7, "aath": 8, "nau": 9,
        "das": 10, "gyarah": 11, "baa?rah": 12, "aa?dh[aei]|आधा|आधे": 0.5, "paun[ae]?": 0.75, "sa(?:v|w)a": 1.25,
        "dedh|derh|डेढ़": 1.5, "a?dh?aa?i|ढाई": 2.5,
    },
    units={
        "minute": "minat|मिनट",
        "hour": "ghan?t[ae]|घंटे|घंटा",
        "day": "din|दिन",
        "week": "haft[ae]|hapt[ae]|हफ्ते",
        "month": "mahin[ae]|महीने|महीना",
        "year": "saal|साल",
    },
    quarters={30: "saa?dh?e", 15: "sa(?:v|w)a", -15: "paune"},
    hour="baje|bje|बजे",
    later="baa?d|mein|me|बाद|में",
    coming="agl[ei]",
    next_week="agl[ei] haft[ae]",
    week_end="(?:is )?ha[fp]te ke (?:end|ant|aa?khir)|हफ्ते के अंत",
    month_end="(?:is )?mahin[ae] ke (?:end|ant|aa?khir)|महीने के अंत",
    date="tarikh|tareekh",
    before="ko|ke|par|pe",
    behind="ko|tak|mein|को|तक|में",
    another="ya|aur|se|tak|या|और|से",
    till="tak",
    here="yahan",
)  # fmt: skip
