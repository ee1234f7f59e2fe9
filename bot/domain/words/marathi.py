from __future__ import annotations

from typing import Final

from bot.domain.words.table import Words

_AFTER: Final = "(?:ां|ा)(?:नी|ने|त|नंतर|भरात)"
_TYPED_AFTER: Final = "aa?n?(?:ni|ne|t|nantar)"
"""Written as one word with a length of time: "तासांनी" is in so many hours."""

WORDS: Final = Words(
    # Ravi, Guru and Som alone are people.
    weekdays=(
        "som(?:v|w)aa?r(?:i|chya)?|सोमवार(?:ी|च्या)?",
        "mangal(?:v|w)aa?r(?:i|chya)?|मंगळ(?:वार(?:ी|च्या)?)?",
        "budh(?:v|w)aa?r(?:i|chya)?|बुधवार(?:ी|च्या)?",
        "guru?(?:v|w)aa?r(?:i|chya)?|गुर[ुू]वार(?:ी|च्या)?",
        "shu[ck]k?ra?(?:v|w)aa?r(?:i|chya)?|शुक्रवार(?:ी|च्या)?",
        "shani(?:v|w)aa?r(?:i|chya)?|शनिवार(?:ी|च्या)?",
        "ra(?:v|w)i(?:v|w)aa?r(?:i|chya)?|रविवार(?:ी|च्या)?",
    ),
    months=tuple(
        f"(?:{name})(?:ला|च्या)?"
        for name in (
            "जानेवारी", "फेब्रुवारी", "मार्च", "एप्रिल", "मे", "जून", "जुलै", "ऑगस्ट", "सप्टेंबर|सप्टेम्बर",
            "ऑक्टोबर", "नोव्हेंबर|नोव्हेम्बर", "डिसेंबर|डिसेम्बर",
        )
    ),
    days={
        0: "aa?j(?:chya|ch)?|आज(?:च्या)?",
        3: "ter(?:v|w)aa?|तेरवा",
        2: "par(?:v|w)aa?(?:chya)?|परवा(?:च्या)?",
        1: "ud+y?aa?(?:chya|la)?|उद्या(?:च्या|ला)?",
    },
    parts={
        "after lunch": (
            "je(?:v|w)a?n (?:jh|z|zh)alya(?:var|nantar)|जेवण झाल्या(?:वर|नंतर)|"
            "(?:je(?:v|w)a?n(?:aa?)?|lunch|dupar(?:i)?)(?: ?chya)? ?nantar|(?:जेवण(?:ा)?|जेवल्या|लंच|दुपार)(?:च्या)? ?नंतर"
        ),
        "before lunch": (
            "(?:je(?:v|w)a?n(?:aa?)?|lunch|dupari?)(?: ?chya)? ?(?:aa?dhi|pur(?:v|w)i)|"
            "(?:जेवण(?:ा)?|लंच|दुपार)(?:च्या)? ?(?:आधी|पूर्वी)"
        ),
        "end of day": (
            "di(?:v|w)a?sachya (?:she(?:v|w)ti|akher)|di(?:v|w)as ?akher|दिवसाच्या (?:शेवटी|अखेरीस)|दिवस ?अखेर"
        ),
        "morning": "sakaa?l(?:i|chya|chi)?|सकाळ(?:ी|च्या|ची)?",
        "afternoon": "dupaa?r(?:i|chya|chi)?|दुपार(?:ी|च्या|ची)?",
        "evening": (
            "sandhyaa?k[ae]a?l(?:i|chya|chi)?|saa?y(?:an)?kaa?li|संध्याकाळ(?:ी|च्या|ची)?|सायंकाळ(?:ी|च्या)?"
        ),
        "midnight": "madh?yaraa?tri|मध्यरात्री",
        "night": "raa?tri(?:chya|chi)?|रात्री?(?:च्या|ची)?",
    },
    numbers={
        "pandhara|पंधरा": 15, "(?:v|w)ee?s|वीस": 20, "pan?ch(?:v|w)ee?s|पंचवीस": 25, "tee?s|तीस": 30,
        "chaa?lis|चाळीस": 40, "panchechaa?lis|पंचेचाळीस": 45, "pann?aa?s|पन्नास": 50,
        "eka?|एका?": 1, "do[nh]|दोन": 2, "tee?n|tin|तीन": 3, "chaa?r|चार": 4, "paa?ch|पाच": 5, "sahaa?|सहा": 6,
        "saa?t|सात": 7, "aa?th|आठ": 8, "nau|nahu|नऊ": 9, "dahaa?|दहा": 10, "aka?raa?|अकरा": 11, "baa?raa?|बारा": 12,
        "ardh(?:a|ya|yaa)|अर्ध[ाी]|अर्ध्या": 0.5, "paa?u[nu]n?|पाऊण": 0.75, "sa(?:v|w)(?:v|w)?a|सव्वा": 1.25,
        "di?d|deed|दीड": 1.5, "adee?ch|अडीच": 2.5,
    },
    units={
        "second": f"सेकंद(?:{_AFTER})?|से\\.",
        "minute": f"mini?t(?:e|{_TYPED_AFTER})?|मिनि?ट(?:े|ं|{_AFTER})?|मि\\.",
        "hour": f"taa?s(?:{_TYPED_AFTER})?|तास(?:{_AFTER})?",
        "day": f"di(?:v|w)a?s(?:{_TYPED_AFTER})?|दिवस(?:{_AFTER})?",
        "week": "aa?tha?(?:v|w)a?d(?:a|e|ya(?:n?ni|ne|t)?)|आठवड(?:ा|े|्या(?:ं?नी|ने|ं?त|ं?नंतर)?)",
        "month": "mahin(?:a|e|ya(?:n?ni|ne|t)?)|महिन(?:ा|े|्या(?:ं?नी|ने|ं?त|ं?नंतर)?)",
        "year": f"(?:v|w)arsh(?:e|{_TYPED_AFTER})?|वर्ष(?:े|ं|{_AFTER})?",
    },
    quarters={30: "saa?de|साडे", 15: "sa(?:v|w)(?:v|w)?a|सव्वा", -15: "pa(?:v|w)ne|paune|पावणे|पाऊणे|पौने"},
    hour=(
        "(?:v|w)aa?ja?ta?a?(?:na)?|(?:v|w)aa?jeparyant|(?:v|w)aa?ja?le|वाजता(?:ना)?|वाजेपर्यंत|वाजले|वा\\.|"
        "la|paryant|ला|पर्यंत"
    ),
    later=(
        "nanta?r|नंतर|मध्ये|madhy?e|"
        f"(?:taa?s|mini?t|di(?:v|w)a?s){_TYPED_AFTER}|(?:तास|मिनि?ट|दिवस){_AFTER}|(?:आठवड|महिन)्या(?:ं?नी|ने|ं?नंतर)"
    ),
    coming="pudh(?:il|chya|chi)|पुढ(?:ील|च्या|ची)",
    next_week="pudh(?:il|chya) aa?tha?(?:v|w)a?dya(?:t|la)?|पुढ(?:ील|च्या) आठवड्या(?:त|ला)",
    week_end=(
        "(?:ya )?aa?tha?(?:v|w)a?dyachya (?:she(?:v|w)ti|akheri?s?)|"
        "(?:या )?आठवड्याच्या (?:शेवटी|अखेरीस)|आठवडा ?अखेर(?:ीस)?"
    ),
    month_end=(
        "(?:ya )?mahinyachya (?:she(?:v|w)ti|akheri?s?)|mahina ?akher|"
        "(?:या )?महिन्याच्या (?:शेवटी|अखेरीस)|महिना ?अखेर(?:ीस)?"
    ),
    date="taa?r[ik]*kh(?:e|la|ela)?|तारीख|तारखे(?:ला|स)?|ता\\.",
    before="mala|yetya|saa?dhaa?ran|मला|येत्या|साधारण|आठवण कर(?:ा|ून द्या)?",
    behind="la|paryant|chya|ला|पर्यंत|च्या|ना",
    another="kinva|ani|aani|te|(?:v|w)aa?jun|किंवा|आणि|ते|वाजून",
    till="paryant",
    filters={
        "kind": "prakaa?r|प्रकार",
        "city": "shaha?r|शहर|गाव",
        "product": "maa?l|प्रॉडक्ट|माल",
        "country": "desh|देश",
        "value": "raka?m|kimm?at|रक्कम|किंमत",
        "since": "kadhi ?paa?sun|कधी ?पासून|पासून",
        "status": "sthiti|स्टेटस|स्थिती",
        "by": "kona(?:chi|kade)|कोणाच(?:ी|्या)|कोणाकडे|कोणी",
    },
    statuses={
        "open": "khull?i|baa?ki|खुल(?:ी|्या)|नवीन|बाकी",
        "claimed": "ghet(?:li|lya|leli)|घेतल(?:ी|्या|ेली)",
        "contacted": "bola?(?:ne|na)(?: ?jha?le| ?zhala)?|call ?kela|बोलणं?े?(?: ?झालं?े?)?|कॉल ?केला",
        "quoted": "quotation|kotation|rate ?dila|bhaa?(?:v|w) ?dila|कोटेशन|रेट ?दिला|भाव ?दिला",
        "won": "(?:order ?)?(?:mil|)aa?li|(?:ऑर्डर ?)?(?:मिळा|आ)ल(?:ी|्या)",
        "lost": "(?:haa?tun ?|haa?tchi ?)?ge(?:li|lya)|(?:हातून ?|हातची ?)?गेल(?:ी|्या)",
        "junk": "binkaa?maa?chi|nakaa?mi|बिनकामाची|निकामी|बेकार",
    },
    kinds={
        "W": "इन्क्वायरी|इन्क्वायऱ्या|चौकशी|chauka?shi",
        "B": "बायलीड|बाय ?लीड",
        "P": "कॉल|फोन",
        "WA": "व्हॉट्सॲप|व्हाट्सॲप|व्हॉट्सअ?ॅप|व्हाट्सअ?प",
        "BIZ": "कॅटलॉग",
    },
    spans={
        "today": "aa?j(?:chya)?|आज(?:च्या)?",
        "yesterday": "kaa?l(?:chya)?|काल(?:च्या)?",
        "week": "aa?tha?(?:v|w)a?d(?:a|ya(?:t|chya)?)|आठवड(?:ा|्यात|्याच्या)",
        "month": "mahin(?:a|ya(?:t|chya)?)|महिन(?:ा|्यात|्याच्या)",
    },
    missed="मिस्ड(?: ?कॉल)?|मिस ?कॉल|raa?hile(?:la|le) ?calls?|राहिले(?:ला|ले) ?कॉल",
    me="mi|maa?jh(?:i|ya|yakade)|मी|माझ(?:ी|्या|्याकडे)",
    money={1000: "haja?a?r|हजार", 100_000: "लाख", 10_000_000: "koti|कोटी"},
    off="band|nako|नको|बंद|काही नाही|काढा",
    here="ithe|इथे|येथे|हाच टॉपिक|हाच ग्रुप",
    mute="gapp|chup|गप्प|कोणाला नाही|कुठेच नाही",
    group="sagl(?:e|yanna)|ग्रुप|सगळे|सगळ्यांना",
)  # fmt: skip
