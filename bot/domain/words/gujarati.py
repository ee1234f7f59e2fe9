from __future__ import annotations

from typing import Final

from bot.domain.words.table import Words

WORDS: Final = Words(
    # Ravi, Guru and Som alone are people.
    weekdays=(
        "som(?:v|w)aa?re?|સોમવારે?",
        "mangal(?:(?:v|w)aa?re?)?|મંગળ(?:વારે?)?",
        "budh(?:(?:v|w)aa?re?)?|બુધ(?:વારે?)?",
        "gur[uo]?(?:v|w)aa?re?|ગુર[ુૂ]વારે?",
        "shu[ck]k?ra?(?:(?:v|w)aa?re?)?|શુક્ર(?:વારે?)?",
        "shani(?:(?:v|w)aa?re?)?|શનિ(?:વારે?)?",
        "ra(?:v|w)i(?:v|w)aa?re?|રવિવારે?",
    ),
    months=tuple(
        f"(?:{name})(?:એ|ના|માં)?"
        for name in (
            "જાન્યુ(?:આરી)?", "ફેબ્રુ(?:આરી)?", "માર્ચ", "એપ્રિલ", "મે", "જૂન|જુન", "જુલા[ઈઇ]", "[ઑઓ]ગસ્ટ",
            "સપ્ટે(?:મ્બર)?", "[ઑઓ]ક્ટો(?:બર)?", "નવે(?:મ્બર)?", "ડિસે(?:મ્બર)?",
        )
    ),
    days={
        0: "aa?je|આજે?",
        2: "par(?:a)?m ?(?:di(?:v|w)ase?|daa?de)|પરમ ?(?:દિવસે?|દહાડે|દાડે)|પરસોં?",
        1: "(?:aa?(?:v|w)ti ?)?kaa?le?|(?:આવતી ?)?કાલે?",
    },
    parts={
        "after lunch": (
            "(?:jam(?:y|v|w)a|lunch|bapor) ?pachh?i|(?:જમ્યા|જમવા|લંચ|બપોર) ?પછી|બપોરબાદ"
        ),
        "before lunch": "(?:jamta|jam(?:v|w)a|lunch|bapor) ?pahe?la|(?:જમતાં?|જમવા|લંચ|બપોર) ?પહેલાં?",
        "end of day": "di(?:v|w)as ?na (?:ante|chhede)|દિવસના (?:અંતે|છેડે)",
        "morning": "(?:(?:v|w)ah?eli )?sa(?:v|w)aa?re?|(?:વહેલી )?સવારે?",
        "afternoon": "bapp?ore?|બપોરે?",
        "evening": "saa?n?j(?:e|na)?|સાંજે?",
        # A rate is a price where no hour stands behind it.
        "midnight": "a[rd]?d+h?i raa?t(?:re|e)?|madh?h?raa?t(?:re|e)?|અડધી રાત(?:્રે|ે)?|મધ(?:્ય)?રાત(?:્રે|્રિએ|ે)?",
        "night": "raat(?:re|e)?|rat(?:re|(?!e))|rate(?= ?[0-9])|રાત(?:્રે|ે)?",
    },
    numbers={
        "sa?a?da tra[nm]|સાડા ત્રણ": 3.5, "sa?a?da chaa?r|સાડા ચાર": 4.5,
        "ek|એક": 1, "be|બે": 2, "tra[nm]|ત્રણ": 3, "chaa?r|ચાર": 4, "paa?nch|પાંચ": 5, "chha?|છ": 6, "saa?t|સાત": 7,
        "aa?th|આઠ": 8, "na(?:v|w)|નવ": 9, "das|દસ|દશ": 10, "agi?yaa?r|અગિયાર": 11, "baa?r|બાર": 12,
        "ar?a?d(?:a?dh?|h)[oai]|અડધ[ોાી]|અર્ધ[ોા]": 0.5, "pon[oai]|પોણ[ોાી]": 0.75, "sa(?:v|w)a|સવા": 1.25,
        "do[dh]h?|દોઢ": 1.5, "adhi|અઢી": 2.5,
    },
    units={
        "minute": "mini?t(?:m[ao]a?)?|મિનિટ(?:માં?)?|મીનીટ(?:માં?)?",
        "hour": "kala?a?k(?:maa?)?|કલાક(?:માં?)?",
        "day": "di(?:v|w)as(?:maa?)?|દિવસ(?:માં?)?",
        "week": "ath(?:v|w)aa?d[ie]y[ua]?(?:maa?)?|અઠવાડિય(?:ું|ા|ાં)(?:માં?)?",
        "month": "mahin[ao](?:maa?)?|મહિન[ોા](?:માં?)?",
        "year": "varas|varsh(?:maa?)?|વર્ષ(?:માં?)?|વરસ",
    },
    quarters={30: "saa?d[ae]|સાડા", 15: "sa(?:v|w)a|સવા", -15: "pon[ae]|પોણા"},
    hour=(
        "(?:v|w)aa?g(?:ya|ye|e)(?: ?sudhi(?:maa?)?)?|"
        "વાગ(?:ે|્યે|્યા)(?: ?સુધી(?:માં?)?)?"
    ),
    later="pachh?i|baa?d|maa?|પછી|બાદ|માં?",
    coming="aa?(?:v|w)t[aei]|આવત[ાીે]",
    next_week="aa?(?:v|w)t[ae] ath(?:v|w)aa?d[ie]y[ae]|આવત[ાે] અઠવાડિય[ાે]",
    week_end="(?:aa )?ath(?:v|w)aa?d[ie]ya ?(?:na )?(?:ante|aakhare|chhede|end)|(?:આ )?અઠવાડિયા(?:ના)? (?:અંતે?|આખરે|છેડે)",
    month_end="(?:aa )?mahina ?(?:na )?(?:ante|aakhare|chhede)|(?:આ )?મહિના(?:ના)? (?:અંતે?|આખરે|છેડે)",
    date="(?:mi )?tarikhe?|mi|(?:મી )?તારીખે?|મી",
    before="aa|આ|મને|તા\\.|તારીખ",
    behind="na|ma|e|ના|માં?|એ|sudhi(?:maa?)?|સુધી(?:માં?)?",
    another="athva|ane|thi|કે|અથવા|અને|થી",
    till="sudhi|સુધી",
    filters={
        "kind": "prakaa?r|પ્રકાર", "city": "shaher|શહેર", "product": "પ્રોડક્ટ|maa?l|માલ", "country": "desh|દેશ",
        "value": "rakam|રકમ|કિંમત", "since": "kyaa?rthi|ક્યારથી", "status": "સ્ટેટસ", "by": "kon[ie]|કોની|કોણે",
    },
    statuses={
        "open": "khulli|ખુલ્લી|baa?ki|બાકી",
        "claimed": "lidh(?:i|eli)|લીધ(?:ી|ેલી)",
        "contacted": "(?:v|w)aa?t(?: ?thai)?|વાત(?: ?થ[ઈઇ])?",
        "quoted": "bhaa?(?:v|w)(?: ?aa?pyo)?|ભાવ(?: ?આપ્યો)?",
        "won": "(?:order ?)?malyo|(?:ઓર્ડર ?)?મળ્યો",
        "lost": "(?:order ?)?gayo|(?:ઓર્ડર ?)?ગયો",
        "junk": "nakaa?mi|નકામી",
    },
    kinds={
        "W": "ઇન્ક્વાયરી|ઈન્ક્વાયરી|ઇન્કવાયરી|puchhparachh|પૂછપરછ",
        "B": "બાયલીડ|બાય લીડ",
        "P": "કૉલ|કોલ|ફોન",
        "WA": "વોટ્સએપ|વૉટ્સએપ|વોટ્સઅપ|વ્હોટ્સએપ",
        "BIZ": "કેટલૉગ|કેટલોગ",
    },
    spans={
        "today": "aa?je|આજ(?:ે|ની)?",
        "yesterday": "(?:gai ?)?kaa?l(?:e|ni)|(?:ગ[ઈઇ] ?)?કાલ(?:ે|ની)?",
        "week": "ath(?:v|w)aa?d[ie]y[uea]|અઠવાડિય(?:ું|ે|ા)",
        "month": "mahin[aoe]|મહિન[ોાે]",
    },
    missed="મિસ્ડ(?: ?ક[ોૉ]લ)?|મિસ ?ક[ોૉ]લ",
    me="hu|maa?ri|હું|મારી",
    money={1000: "hajaa?r|હજાર", 100_000: "લાખ", 10_000_000: "karo[dr]|કરોડ"},
    off="bandh|બંધ|કંઈ નહીં|નહીં",
    here="a(?:hi|hiy[aa]|iya)|અહીં|અહીંયાં?|આ ટૉપિક|આ ગ્રુપ",
    mute="મૂંગું|ચૂપ|chup",
    group="ગ્રુપ|બધા|badha",
)  # fmt: skip
