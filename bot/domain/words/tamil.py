from __future__ import annotations

from typing import Final

from bot.domain.words.table import Words

_DAY: Final = "(?:க் ?கிழமை|கிழமை|kk?[ie]zh?amai)?"
"""What may stand behind a weekday's name."""
_LATER: Final = "கழித்து|கழிச்சு|ka(?:zh?|l)[iy](?:(?:th?){1,2}|ch?c?h?)u"

WORDS: Final = Words(
    weekdays=(
        f"(?:திங்கள்|திங்கட்|திங்\\.?|thingal|tingal|thinkal|thingat|thinga){_DAY}",
        f"(?:செவ்வாய்|செவ்\\.?|chevv?aa?i|sevv?aa?i){_DAY}",
        f"(?:புதன்|புத\\.?|pudh?an|puthan|budhan){_DAY}",
        f"(?:வியாழன்|வியாழ|வியா\\.?|vi?yaa?zh?an|vi?yaa?lan|vi?yaa?zh?a){_DAY}",
        f"(?:வெள்ளி|வெள்\\.?|velli){_DAY}",
        f"(?:சனி|sani){_DAY}",
        f"(?:ஞாயிற்று|ஞாயிறு|ஞாயி\\.?|n?[gj]?nyaa?yi(?:ru|ttru|tru)|gnaa?yi(?:ru|ttru|tru)){_DAY}",
    ),
    months=(
        r"ஜனவரி|ஜன\.?", r"பிப்ரவரி|பிப்\.?", r"மார்ச்|மார்\.?", r"ஏப்ரல்|ஏப்\.?", "மே", "ஜூன்", "ஜூலை",
        r"ஆகஸ்ட்|ஆகஸ்டு|ஆக\.", r"செப்டம்பர்|செப்\.?", r"அக்டோபர்|அக்\.?", r"நவம்பர்|நவ\.?", r"டிசம்பர்|டிச\.?",
    ),
    days={
        0: "இன்(?:று|னைக்கு|னிக்கு|றைக்கு)|inn(?:ai|i)k?ku|inn?(?:ru|dru)",
        2: "நாளை(?:க்கு)? ?மறு ?நாள்|நாளன்(?:னைக்கு|னிக்கு|றைக்கு)|naa?lai ?maru ?naa?l|naa?lann?(?:ai|i)k?ku",
        1: "நாளை(?:க்கு|க்கி)?|naa?la[iy](?:kk?[ui])?",
    },
    parts={
        "after lunch": "(?:லஞ்ச்|லஞ்சு|சாப்பாட்டு)(?:க்கு|க்குப்)? ?(?:பின்|பிறகு|அப்புறம்)|saa?ppaa?ttuk?ku (?:appuram|piragu)",
        "before lunch": "(?:லஞ்ச்|லஞ்சு|சாப்பாட்டு)(?:க்கு)? ?முன்(?:னாடி)?|saa?ppaa?ttuk?ku munn?aa?di",
        "end of day": "நாள் (?:முடிவில்|கடைசியில்)|naa?l kadaisi(?:la|yil)?",
        "morning": "(?:விடியற்|அதி)?காலை(?:யில்|யில|ல)?|kaa?lai(?:yil|yila|la|le)?|kaa?laila",
        "noon": "நண்பகல்|உச்சி ?வேளை|nanpagal",
        "afternoon": "மதியம்|மத்தியானம்|மதியத்தில்|பிற்பகல்|madh?iyam|mathiyam|mad?th?iyaa?nam|pirpagal",
        "evening": (
            "மாலை(?:யில்|யில|ல)?|சாயங்காலம்|சாயந்திரம்|சாய்ந்தரம்|maa?lai(?:yil|yila|la|le)?|"
            "saa?yang(?:aa?|kaa?)lam|saa?y[ai]ndh?[ai]ram|saa?yanth[ia]ram"
        ),
        "midnight": "நள்ளிரவு|நள்ளிரவில்|நடு ?ராத்திரி|nall?iravu|nadu ?raa?(?:th?){1,2}iri",
        "night": "இரவு|இரவில்|ராத்திரி|நைட்|iravu|iravil|raa?(?:th?){1,2}iri",
    },
    numbers={
        "ஒரு|ஒன்று|ஒண்ணு|oru|onnu|ond?ru": 1, "இரண்டு|ரெண்டு|irandu|rendu": 2, "மூன்று|மூணு|m(?:oo|u)nu|moond?ru": 3,
        "நான்கு|நாலு|naa?lu|naa?n?gu": 4, "ஐந்து|அஞ்சு|ain?th?u|aindhu|anju": 5, "ஆறு|aa?ru": 6, "ஏழு|ezh?u": 7,
        "எட்டு|ettu": 8, "ஒன்பது|onba(?:th|dh)u|omb[ao]?(?:th|dh)u": 9, "பத்து|paththu|pathu": 10,
        "பதினொன்று|பதினொரு|பதினோரு|pathinon(?:nu|dru)|pathinoru": 11,
        "பன்னிரண்டு|பன்னிரெண்டு|பன்னெண்டு|pann(?:iren|iran|en)du": 12,
        "அரை|arai": 0.5, "கால்": 0.25, "முக்கால்|mukkaa?l": 0.75, "ஒன்றரை|ஒன்னரை|ஒண்ணரை|onnarai?|ond?rarai": 1.5,
        "இரண்டரை|ரெண்டரை|irandarai|rendarai?": 2.5, "மூன்றரை|மூணரை|moonarai?|moond?rarai": 3.5,
        "நான்கரை|நாலரை|naa?larai?": 4.5, "ஐந்தரை|அஞ்சரை|anjarai?": 5.5, "ஆறரை|aararai?": 6.5, "ஏழரை|ezh?arai?": 7.5,
        "எட்டரை|ettarai?": 8.5, "ஒன்பதரை|onbatharai?|ombadharai?": 9.5, "பத்தரை|path?tharai?": 10.5,
        "பதினொன்றரை|பதினொன்னரை|pathinonnarai?": 11.5, "பன்னிரண்டரை|பன்னெண்டரை|pann(?:iran|en)darai?": 12.5,
    },
    units={
        "second": "நொடி(?:யில்|கள்|களில்)?|வினாடி(?:யில்|கள்|களில்)?|nodi",
        "minute": (
            "நிமி(?:டம்|ஷம்|டங்கள்|டங்களில்|டத்தில்|ஷத்தில்|ஷத்துல)|நிமி\\.?|nimi[ds]h?am|nimi[ds]h?a(?:ngal|th?thil|thula)"
        ),
        "hour": (
            f"மணி ?(?:நேரம்|நேரத்தில்|நேரத்துல|நேரத்துக்குள்|{_LATER})|"
            f"mani ?(?:neram|nera(?:th?thil|thula|thukulla)|{_LATER})|மணியில்"
        ),
        "day": "நாள்|நாளில்|நாளுல|நாட்கள்|நாட்களில்|naa?l|naa?l(?:il|la|ula)|naa?tkal(?:il)?",
        "week": "வாரம்|வாரத்தில்|வாரத்துல|வாரங்கள்|வாரங்களில்|vaa?ram|vaa?ra(?:th?thil|thula)",
        "month": "மாதம்|மாசம்|மாதத்தில்|மாசத்துல|மாதங்கள்|maa?dh?am|maa?sam|maa?tham|maa?sathula",
        "year": "வருடம்|வருஷம்|வருடத்தில்|ஆண்டு|ஆண்டில்|varu(?:d|sh?)am",
    },
    hour="மணி(?:க்கு| ?வரை(?:க்கும்?)?)?|க்கு|mani(?: ?kk?u| ?varai(?:kkum)?)?|(?<=[0-9]) ?kk?u",
    within="இன்னும்|innum",
    later=f"{_LATER}|பிறகு|அப்புறம்|appuram|piragu",
    coming="அடுத்த|adu?(?:th?){1,2}a",
    next_week="அடுத்த வாரம்|adu?(?:th?){1,2}a vaa?ram",
    week_end="(?:இந்த )?வாரக்? ?கடைசி(?:யில்|யில|ல)?|(?:indha |intha )?vaa?ra kadaisi(?:la|yil)?",
    month_end="(?:இந்த )?(?:மாத|மாச)(?:க்|ம்)? ?(?:கடைசி|இறுதி)(?:யில்|யில|ல)?|maa?(?:s|dh?|th)a(?:m)? kadaisi(?:la|yil)?",
    date="-?(?:ஆம்|ம்) ?தேதி|தேதி|(?:aam|am|m)? ?th?e(?:dh?|th)i",
    before="வரும்|வர்ற|varum|varra|இந்த",
    behind="-?(?:யன்று|அன்று|க்கு|யில்|ல்|வரை|வரைக்கும்|annik?ku|anru|andru|kk?u|la|varai(?:kkum)?)",
    another="அல்லது|முதல்|alla(?:dh|th)u|illana",
    filters={
        "kind": "வகை|vagai", "city": "ஊர்|நகரம்|oor", "product": "பொருள்|porul", "country": "நாடு|naadu",
        "value": "தொகை|மதிப்பு|thogai", "since": "முதல்|mudh?al|muthal", "status": "ஸ்டேட்டஸ்|நிலை|nilai",
        "by": "நபர்|யார்|yaar",
    },
    statuses={
        "open": "ஓபன்|எடுக்காதது|எடுக்காதவை|edukk?aa?tha(?:thu|vai)", "claimed": "எடுத்தது|எடுத்தவை|eduth?tha(?:thu|vai)",
        "contacted": "பேசியது|பேசியவை|pesiya(?:thu|vai)", "quoted": "ரேட்|கொட்டேஷன்|quotation",
        "won": "ஆர்டர்(?: ஆன(?:து|வை))?|order", "lost": "இழந்தது|இழந்தவை|izhantha(?:thu|vai)", "junk": "ஜங்க்",
    },
    kinds={
        "W": "என்கொயரி(?:கள்)?|விசாரணை(?:கள்)?", "B": "பை ?லீட்(?:கள்)?", "P": "கால்(?:கள்)?|அழைப்பு(?:கள்)?|போன்",
        "WA": "வாட்ஸ் ?அப்|வாட்சப்", "BIZ": "கேட்டலாக்",
    },
    spans={
        "today": "இன்று|இன்னைக்கு|இன்றைய|innaik?ku|indru", "yesterday": "நேற்று|நேத்து|நேற்றைய|nett?ru|neth?thu|nethu",
        "week": "(?:இந்த )?வாரம்|vaa?ram", "month": "(?:இந்த )?(?:மாதம்|மாசம்)|maa?sam|maa?tham",
    },
    missed="மிஸ்டு?(?: ?கால்(?:கள்)?)?",
    me="நான்|என்|எனது|naan",
    money={1000: "ஆயிரம்|aayiram", 100_000: "லட்சம்|இலட்சம்|latcham", 10_000_000: "கோடி|kodi"},
    off="ஆஃப்|வேண்டாம்|இல்லை|vendaa?m|illai",
    here="இங்கே|இங்க|இங்கு|ing[ea]|inge|இந்த டாபிக்",
    mute="யாருக்கும் ?வேண்டாம்|அமைதி",
    group="குரூப்|குழு|எல்லோரும்|எல்லாரும்|எல்லோருக்கும்|ellaa?rum|kuzhu",
)  # fmt: skip
