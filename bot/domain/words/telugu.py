from __future__ import annotations

from typing import Final

from bot.domain.words.table import Words

_DAY: Final = " ?(?:వారం|వారము|వారానికి|వారాన)"
"""Behind a weekday's name. In Latin letters it is needed: Soma and Guru are people too."""
_VARAM: Final = " ?(?:v|w)aa?ra?mu?"
_LATER: Final = "తర్వాత|తరువాత|t[ah]+r(?:a|u)?(?:v|w)aa?th?a"

WORDS: Final = Words(
    weekdays=(
        f"సోమ(?:{_DAY})?|so[mn]a?{_VARAM}",
        f"మంగళ(?:{_DAY})?|manga?la?{_VARAM}",
        f"బుధ(?:{_DAY})?|bud(?:h)?a?{_VARAM}",
        f"గురు(?:{_DAY})?|బేస్త{_DAY}|లక్ష్మి{_DAY}|guru{_VARAM}|bestha?{_VARAM}",
        f"శుక్ర(?:{_DAY})?|s(?:h)?uk(?:u)?ra?{_VARAM}",
        f"శని(?:{_DAY})?|s(?:h)?ani{_VARAM}",
        f"ఆది(?:{_DAY})?|aa?d(?:h)?i{_VARAM}",
    ),
    months=(
        r"జనవరి|జన\.?", r"ఫిబ్రవరి|ఫిబ్ర?\.?", r"మార్చి|మార్చ్", r"ఏప్రిల్|ఏప్రి\.?", "మే", "జూన్", "జులై|జూలై",
        r"ఆగస్టు|ఆగస్ట్|ఆగ\.?", r"సెప్టెంబరు?|సెప్టెంబర్|సెప్టెం\.?", r"అక్టోబరు?|అక్టోబర్|అక్టో\.?",
        r"నవంబరు?|నవంబర్|నవం\.?", r"డిసెంబరు?|డిసెంబర్|డిసెం\.?",
    ),
    days={
        0: "ఈ ?రోజు|ఇవాళ|ఇవ్వాళ|నేడు|[ei]e? ?roju|i(?:v|w)+aa?la",
        3: "(?:ఆవల|అవతలి) ?ఎల్లుండి|a(?:v|w)a(?:la|thali) ?y?ellundi",
        2: "ఎల్లుండి|y?ellundi",
        1: "రేపటి|రేపు|repati|re+pu",
    },
    parts={
        "after lunch": f"(?:లంచ్|భోజనం)(?: ?కి)? ?(?:{_LATER})|(?:lunch|bh?ojanam) (?:{_LATER})",
        "before lunch": "(?:లంచ్|భోజనం|భోజనానికి)(?: ?కి)? ?ముందు|(?:lunch|bh?ojanaa?niki) (?:ki )?mundu",
        "end of day": "రోజు (?:చివరి?కి|చివర్లో|చివర|ఆఖరికి)|roju chi(?:v|w)ara?(?:lo|ki)?",
        "morning": "ఉదయం|ఉదయాన్నే|ఉదయానికి|పొద్దు?న్నే?|పొద్దున|ప్రొద్దున|తెల్లవారు?జామున|ud(?:h)?ayam|ud(?:h)?ayanne|poddun+[ae]",
        "noon": "మిట్ట ?మధ్యాహ్నం|mitta ?madh?yaa?h?nam",
        "afternoon": "మధ్యాహ్నం|మధ్యానం|మధ్యాహ్నానికి|mad(?:h)?yaa?h?n(?:a|ha)m",
        "evening": "సాయంత్రం|సాయంత్రానికి|సాయంకాలం|saa?yanth?ram|saa?yankaa?lam",
        "midnight": "అర్ధ ?రాత్రి|అర్థరాత్రి|ardh?a ?raa?th?ri",
        "night": "రాత్రి|రాత్రికి|నైట్|raa?th?ri",
    },
    numbers={
        "ఒకటి|ఒక|ఓ|okati|oka": 1, "రెండు|rendu": 2, "మూడు|moodu|mudu": 3, "నాలుగు|naa?lugu": 4, "ఐదు|అయిదు|a[iy]i?du": 5,
        "ఆరు|aa?ru": 6, "ఏడు|y?edu": 7, "ఎనిమిది|y?enimid(?:h)?i": 8, "తొమ్మిది|th?ommid(?:h)?i": 9, "పది|pad(?:h)?i": 10,
        "పదకొండు|padakondu": 11, "పన్నెండు|పన్నిండు|pannendu": 12,
        "అర|ara": 0.5, "పావు|paa?vu": 0.25, "ముప్పావు|muppaa?vu": 0.75, "ఒకటిన్నర|ఒకటిన్నార|okatinnara|onnara": 1.5,
        "రెండున్నర|rendunnara": 2.5, "మూడున్నర|moodunnara": 3.5, "నాలుగున్నర|naa?lugunnara": 4.5, "ఐదున్నర|aidunnara": 5.5,
        "ఆరున్నర|aarunnara": 6.5, "ఏడున్నర|y?edunnara": 7.5, "ఎనిమిదిన్నర|enimidinnara": 8.5,
        "తొమ్మిదిన్నర|th?ommidinnara": 9.5, "పదిన్నర|padinnara": 10.5, "పదకొండున్నర|padakondunnara": 11.5,
        "పన్నెండున్నర|pannendunnara": 12.5,
    },
    units={
        "second": "సెకన్లు?|సెకన్లలో|సెకండ్లు?|సెకను",
        "minute": (
            "నిమి(?:షం|షాలు|షాల|షాల్లో|షాలలో)|నిముషాలు?|నిముషాల్లో|నిమిష(?:ంలో)|"
            "nim[iu](?:sh|s)h?aa?(?:lu|l+o|la|m)|nimisham(?:lo)?"
        ),
        "hour": (
            f"గంట(?:లో|ల్లో|లలో|(?:ల)? ?(?:{_LATER})|లోపు|ల్లోపు)|"
            f"gan+ta(?:l+o|la lo|(?:la)? ?(?:{_LATER})|l+opu)|gan?tal+o"
        ),
        "day": "రోజు(?:లు|ల్లో|లలో|ల|లో)?|roju(?:lu|l+o|la)?",
        "week": "వారం(?:లో)?|వారాలు?|వారాల్లో|(?:v|w)aa?ram(?:lo)?|(?:v|w)aa?raa?la|(?:v|w)aa?raa?l(?:u|l?o)",
        "month": "నెల(?:లు|ల్లో|లో|ల)?|nela(?:lu|l+o|la)?",
        "year": "ఏడాది|సంవత్సరం|సంవత్సరాలు?|సంవత్సరాల్లో|ఏళ్లు?|ఏళ్ల|ఏళ్లలో|y?ed?aa?di",
    },
    quarters={-15: "పావు ?తక్కువ|paa?vu ?th?akku(?:v|w)a"},
    hour=(
        "గంట(?:లకు|లకి|కు|కి|లు|ల వరకు|ల)?|గం\\.?|(?<=\\d)-?(?:కి|కు)|"
        "gan+ta(?:la ?(?:ku|ki)|ku|ki|lu|la (?:v|w)araku)?|gan*ta?la? ?(?:ku|ki)"
    ),
    within="ఇంకో|మరో|inko|maro",
    later=f"{_LATER}|లోపు|lopu",
    coming="వచ్చే|(?:v|w)ac+h+e",
    next_week="వచ్చే వారం|(?:v|w)ac+h+e (?:v|w)aa?ram",
    week_end="(?:ఈ )?వారం (?:చివర|చివర్లో|చివరలో|ఆఖరికి|ఆఖర్లో)|(?:ee? )?(?:v|w)aa?ram chi(?:v|w)ara?(?:lo)?",
    month_end="(?:ఈ )?నెల(?: ?చివర(?:లో|ికి)?| ?చివర్లో|ాఖరు(?:కి|లో)?)|(?:ee? )?nela ?(?:chi(?:v|w)ara?|aa?khar[ui]?)(?:lo|ki)?",
    date="-?వ ?తేదీ|తేదీ|తారీఖు?|(?:va |(?:v|w)a ?)?th?e+di|tari+khu?",
    before="ee|ఈ",
    behind="-?(?:నాడు|కి|కు|న|లో|వరకు|naa?du|ki|ku|lo|(?:v|w)araku)",
    another="లేదా|నుంచి|నుండి|le+da+|nunchi",
    filters={
        "kind": "రకం", "city": "ఊరు|నగరం|ooru", "product": "ప్రొడక్ట్|వస్తువు", "country": "దేశం|desam",
        "value": "విలువ|మొత్తం|viluva", "since": "నుంచి|నుండి|nunchi", "status": "స్టేటస్|స్థితి",
        "by": "వ్యక్తి|ఎవరు|e(?:v|w)aru",
    },
    statuses={
        "open": "ఓపెన్|తీసుకోనిది|తీసుకోనివి|theesukoni(?:di|vi)|teesukoni(?:di|vi)",
        "claimed": "తీసుకున్నారు|తీసుకున్నది|తీసుకున్నవి|th?eesukunna(?:ru|di|vi)",
        "contacted": "మాట్లాడారు|మాట్లాడినది|మాట్లాడినవి|maa?tlaa?daa?ru", "quoted": "కొటేషన్|quotation",
        "won": "ఆర్డర్(?: అయిన(?:ది|వి))?|order", "lost": "పోయింది|పోయినవి|poyin(?:di|avi)", "junk": "జంక్",
    },
    kinds={
        "W": "ఎంక్వైరీ(?:లు)?", "B": "బై ?లీడ్(?:స్|లు)?", "P": "కాల్(?:స్|లు)?|ఫోన్", "WA": "వాట్సాప్|వాట్సప్", "BIZ": "కేటలాగ్",
    },
    spans={
        "today": "ఈ ?రోజు|ఇవాళ|నేడు|ee? ?roju", "yesterday": "నిన్న|ninna", "week": "(?:ఈ )?వారం|(?:v|w)aa?ram",
        "month": "(?:ఈ )?నెల|nela",
    },
    missed="మిస్డ్?(?: ?కాల్(?:స్|లు)?)?",
    me="నేను|నా|నావి|nenu|naa",
    money={1000: "వెయ్యి|వేలు?|veyyi|velu?", 100_000: "లక్షలు?|లక్ష|lakshalu?|laksha", 10_000_000: "కోటి|కోట్లు?|koti|kotlu?"},
    off="ఆఫ్|వద్దు|లేదు|(?:v|w)ad+u|ledu",
    here="ఇక్కడ|ఇక్కడికి|ikkada",
    mute="ఎవరికీ ?వద్దు|మౌనం",
    group="గ్రూప్|అందరికీ|అందరూ|andariki",
)  # fmt: skip
