from __future__ import annotations

from typing import Final

from bot.domain.words.table import Words

WORDS: Final = Words(
    # Ravi, Guru and Som alone are people.
    weekdays=(
        "som(?:v|w)aa?r|सोमवार",
        "mangal(?:(?:v|w)aa?r)?|मंगल(?:वार)?",
        "budh(?:(?:v|w)aa?r)?|बुध(?:वार)?",
        "gur[uo]o?(?:v|w)aa?r|brihaspati(?:v|w)aa?r|(?:v|w)ee?r(?:v|w)aa?r|गुर[ुू]वार|बृहस्पतिवार|वीरवार",
        "(?:shu|su)[kc]k?a?ra?(?:(?:v|w)aa?r)?|शुक्र(?:वार)?",
        "shani(?:(?:v|w)aa?r|char)?|शनि(?:वार|चर)?",
        "ra(?:v|w)i(?:v|w)aa?r|it(?:v|w)aa?r|रविवार|इतवार|संडे",
    ),
    months=(
        "जनवरी", "फरवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर|सितम्बर", "अक्[टत]ूबर",
        "नवंबर|नवम्बर", "दिसंबर|दिसम्बर",
    ),
    days={
        0: "aaj|aj|आज", 3: "nar?son?|tarson?|नरसों?|तरसों?", 2: "para?son?|परसों?",
        1: "(?:aane wale )?kal|(?:आने वाले )?कल",
    },
    parts={
        "after lunch": (
            "(?:lunch|(?:khana )?khan[ae]|dop(?:a|e)?h?aa?r) (?:ke )?baa?d|"
            "(?:लंच|(?:खाना |दोपहर के )?खाने|खाना) के बाद|दोपहर (?:के )?बाद"
        ),
        "before lunch": "(?:lunch|khan[ae]|dop(?:a|e)?h?aa?r) se peh?a?le|(?:लंच|खाने|दोपहर) से पहले",
        "end of day": "din ke (?:end|ant|aa?khir)|दिन के (?:अंत|आखिर|आखिरी)",
        "morning": "subah(?: subah| savere)?|sub[ae]h|subhah?|sa(?:v|w)ere|सुबह(?:[ -]?सुबह| सवेरे)?|सवेरे",
        "afternoon": "dop(?:a|e)?h?aa?r|दोपहर",
        "evening": "shaa?m|sham|शाम",
        "midnight": "aa?dh?i raa?t|madh?yaratri|आधी रात|मध्यरात्रि",
        "night": "raat|rat(?!e)|रात",
    },
    numbers={
        "pandrah|पंद्रह|पन्द्रह": 15, "bees|बीस": 20, "pach+ees|पच्चीस": 25, "tees|तीस": 30, "chaa?lis|चालीस": 40,
        "paintaa?lis|पैंतालीस": 45, "pachaa?s|पचास": 50,
        "ek|एक": 1, "do|दो": 2, "teen|तीन": 3, "chaa?r|चार": 4, "paa?nch|पाँच|पांच": 5, "chh?(?:eh?|ah)|छह|छः|छे|छ": 6,
        "saat|सात": 7, "aath|आठ": 8, "nau|नौ": 9, "d[au]s|दस": 10, "gyaa?rah?|ग्यारह": 11, "baa?rah|बारह": 12,
        "aa?dh[aei]|आधा|आधे|आधी": 0.5, "paun[ae]?|पौन[ाे]?": 0.75, "sa(?:v|w)a|सवा": 1.25,
        "dedh|derh|डेढ": 1.5, "a?dh?aa?i|ढाई|अढाई": 2.5,
    },
    units={
        "second": "सेकंड|सेकेंड",
        "minute": "mina?t|minute|मिनट|मिनिट|मि\\.",
        "hour": "ghan?t[ae]|घं?ट[ेाों]{1,2}|घण्ट[ेा]|घं\\.",
        "day": "din(?:on?)?|दिन(?:ों)?",
        "week": "haft[aeo]n?|hapt[ae]|हफ्त[ेाो]ं?|सप्ताह",
        "month": "mahin[aeo]n?|महीन[ेाो]ं?|माह",
        "year": "saal|साल",
    },
    quarters={30: "saa?dh?e|साढे|साडे", 15: "sa(?:v|w)a|सवा", -15: "paune|पौने"},
    hour="(?:ba?je|bajey|बजे)(?: (?:tak|ko|तक|को))?",
    later="(?:ke )?baa?d|mein|me|(?:के )?(?:बाद|अंदर|भीतर)|में|मे",
    coming="agl[aei]|अगल[ेाी]",
    next_week="agl[aei] ha[fp]t[ae]|अगल[ेा] (?:हफ्त[ेा]|सप्ताह)",
    week_end="(?:is )?ha[fp]te ke (?:end|ant|aa?khir)|(?:इस )?(?:हफ्ते|सप्ताह) के (?:अंत|आखिर|आखिरी)",
    month_end=(
        "(?:is )?mahin[ae] ke (?:end|ant|aa?khir)|(?:इस )?(?:महीने|माह) (?:के (?:अंत|आखिर|आखिरी)|की आखिरी तारीख)"
    ),
    date="taa?ri?e*kh|ता[रु][िी]ख|ता\\.",
    before="hi|ही|ko|ke|par|pe|is|aane wale|को|के|पर|इस|आने वाले|मुझे|याद दिलाना|याद दिलाओ|करीब|लगभग",
    behind="ko|tak|mein|ke|को|तक|में|मे|के|पर",
    another="ya|aur|se|tak|bajk[ae]r?|या|और|से|बजकर|बजके",
    till="tak",
    filters={
        "kind": "prakaa?r|टाइप|प्रकार|किस्म",
        "city": "shaha?r|sheha?r|शहर",
        "product": "maa?l|saamaa?n|प्रोडक्ट|माल|सामान",
        "country": "desh|देश",
        "value": "raka?m|keemat|kimat|रकम|कीमत|वैल्यू",
        "since": "kab ?se|कब ?से|से",
        "status": "haa?l|स्टेटस|हाल",
        "by": "kiski|kiske ?paa?s|किसकी|किसके ?पास|किसने",
    },
    statuses={
        "open": "khull?i|baa?ki|खुली|नई|बाकी",
        "claimed": "li ?gayi|li ?gai|ली|ली ?ग[ईयी]{1,2}",
        "contacted": "baa?t(?: ?hui)?|call ?hui|बात(?: ?हुई)?|कॉल ?हुई",
        "quoted": "quotation|kotation|rate ?diya|bhaa?(?:v|w) ?diya|कोटेशन|रेट ?दिया|भाव ?दिया",
        "won": "(?:order ?)?mil[ai]|(?:ऑर्डर ?|आर्डर ?)?मिल[ाे]|जीती",
        "lost": "(?:haa?th ?se ?)?ga[iy]i?|(?:हाथ ?से ?)?गई|नहीं ?मिला",
        "junk": "bekaa?r|faltu|बेकार|फालतू",
    },
    kinds={
        "W": "इन्?क्वायरी|इनक्वायरी|इंक्वायरी|एन्क्वायरी|पूछताछ|poochtaa?ch",
        "B": "बायलीड्?स?|बाय ?लीड",
        "P": "कॉल्?स?|फोन",
        "WA": "व्हाट्सऐप|व्हाट्सएप|वॉट्सऐप|व्हाट्सप्प",
        "BIZ": "कैटलॉग|केटलॉग|कैटलाग",
    },
    spans={
        "today": "aa?j(?: ?ki)?|आज(?: ?की)?",
        "yesterday": "(?:bee?te? ?)?kal(?: ?ki)?|(?:बीते ?)?कल(?: ?की)?",
        "week": "ha[fp]t[ae]|हफ्त[ाे]|सप्ताह",
        "month": "mahin[ae]|महीन[ाे]|माह",
    },
    missed="मिस्ड(?: ?कॉल)?|मिस ?कॉल|chhoo?ti ?calls?|छूटी ?कॉल",
    me="main|mera|meri|mere ?paa?s|मैं|मैंने|मेरी|मेरे ?पास",
    money={1000: "haj?z?aa?r|हजार", 100_000: "लाख", 10_000_000: "karo[dr]|करोड"},
    off="bandh?|नहीं|कुछ नहीं|बंद|हटाओ|हटाएँ|हटाएं",
    here="yahan|yahin|यहाँ|यहां|यहीं|यही टॉपिक|यही ग्रुप",
    mute="chup|चुप|किसी को नहीं|कहीं नहीं",
    group="sab(?:ko)?|ग्रुप|सब(?:को)?",
)  # fmt: skip
