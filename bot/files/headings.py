"""What people write over the columns of a sheet, and which field of a lead each one fills: a table to read and extend.

IndiaMART's own names are in `bot.indiamart.column_names`, an export's in `bot.files.columns`; both are known too.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

DATE: Final = "enquired_at"
TIME: Final = "time"
FIRST_NAME: Final = "first_name"
LAST_NAME: Final = "last_name"
NOTE: Final = "note"

PHONES: Final = ("mobile", "mobile_alt", "phone", "phone_alt")
"""A second, third and fourth column of numbers take the next free one."""
EMAILS: Final = ("email", "email_alt")
DISPENSABLE: Final = frozenset(
    {NOTE, "message", "company", "address", "city", "state", "pincode", "country", "product", "category", "subject"}
    | {"quantity"}
)
"""What a lead is one without: neither who it is, nor which, nor of when."""
FAMILIES: Final = (PHONES, EMAILS)

WRITTEN: Final[dict[str, str]] = {
    "name": """
        name, full name, buyer, buyer name, buyers name, name of buyer, customer, customer name, customers name,
        name of customer, client, client name, party, party name, name of party, person, person name, contact person,
        contact person name, contact name, name of contact, lead name, prospect, prospect name, enquirer,
        enquirer name, inquirer name, enquiry from, sender, sender name, name of person, cust name, display name,
        नाम, पूरा नाम, ग्राहक, ग्राहक नाम, ग्राहक का नाम, खरीदार, खरीदार का नाम, पार्टी, पार्टी का नाम, संपर्क व्यक्ति,
        व्यक्ति का नाम, नाव, ग्राहकाचे नाव""",
    FIRST_NAME: "first name, given name, fname, पहला नाम, प्रथम नाम",
    LAST_NAME: "last name, surname, family name, lname, उपनाम, अंतिम नाम",
    "company": """
        company, company name, name of company, firm, firm name, name of firm, organisation, organization,
        organisation name, organization name, business, business name, shop, shop name, buyer company, customer company,
        client company, account name, कंपनी, कंपनी का नाम, फर्म, फर्म का नाम, दुकान, दुकान का नाम, संस्था""",
    "mobile": """
        mobile, mobile no, mobile number, mob, mob no, mob number, mobile num, mobile nos, mobile numbers, mobile phone,
        mobile phone number, cell, cell no, cell number, cell phone, contact no, contact number, contact nos,
        contact numbers, contact num, contact mobile, contact phone, contact details, buyer mobile, buyer mobile no,
        buyer mobile number, buyer contact, buyer contact no, buyer number, buyer phone, customer mobile,
        customer mobile no, customer mobile number, customer contact, customer contact no, customer number,
        customer phone, client mobile, client contact, party mobile, party contact no, registered mobile,
        registered mobile number, primary mobile, primary phone, primary number, primary contact, mobile whatsapp,
        whatsapp, whatsapp no, whatsapp number, whats app, whats app no, whats app number, wa number, calling number,
        mobile1, phone1,
        मोबाइल, मोबाईल, मोबाइल नंबर, मोबाईल नंबर, मोबाइल नम्बर, मोबाइल नं, मोबाइल संख्या, फोन, फ़ोन, फोन नंबर, फ़ोन नंबर,
        फोन नम्बर, फोन नं, संपर्क नंबर, संपर्क नम्बर, संपर्क, सम्पर्क नंबर, दूरभाष, व्हाट्सएप, व्हाट्सएप नंबर""",
    "mobile_alt": """
        alternate mobile, alternate mobile no, alternate mobile number, alt mobile, alt mobile no, alternate no,
        alternate number, alternate contact, alternate contact no, alternate contact number, alt no, alt number,
        other mobile, other mobile no, other number, other no, other contact, secondary mobile, secondary number,
        second mobile, second number, mobile alt, mobile alternate, additional number, additional mobile,
        mobile2, दूसरा नंबर, अन्य नंबर, वैकल्पिक नंबर, दूसरा मोबाइल""",
    "phone": """
        phone, phone no, phone number, phone numbers, phone nos, phone num, ph, ph no, ph number, tel, tel no,
        tel number, telephone, telephone no, telephone number, landline, landline no, landline number, office phone,
        office no, office number, work phone, home phone""",
    "phone_alt": """
        alternate phone, alternate phone no, alternate phone number, alt phone, alt phone no, other phone,
        other phone no, secondary phone, second phone, phone alt, phone2""",
    "email": """
        email, e mail, mail, email id, e mail id, mail id, email address, e mail address, emailid, mailid, email ids,
        buyer email, buyer email id, customer email, customer email id, client email, contact email, primary email,
        ईमेल, ई मेल, ईमेल आईडी, ईमेल पता, मेल""",
    "email_alt": """
        alternate email, alternate email id, alt email, alt email id, other email, other email id, secondary email,
        second email, email alt, alternate mail id""",
    "address": """
        address, full address, postal address, street address, street, buyer address, customer address,
        company address, office address, billing address, address line,
        area, locality, landmark, पता, पूरा पता, डाक पता, पत्ता""",
    "city": """
        city, town, city town, city name, buyer city, customer city, place, location, city location, city village,
        village, district, city district, शहर, नगर, स्थान, जगह, गाँव, गांव, जिला, ज़िला, शहर का नाम""",
    "state": "state, state name, province, buyer state, customer state, state province, राज्य, प्रदेश, प्रांत",
    "pincode": """
        pin, pin code, pincode, pin no, pincode no, pin number, postal code, post code, postcode, zip, zip code,
        zipcode, पिन, पिन कोड, पिनकोड""",
    "country": "country, country name, country code, buyer country, nation, देश",
    "product": """
        product, products, product name, product names, name of product, product required, products required,
        required product, product requirement, product requirements, requirement, requirements, buyer requirement,
        customer requirement, item, items, item name, item required, item description, items required, material,
        material required, product service, product services, service, service required, services,
        product interested in, interested in, interested product, interest, product enquired, product enquiry,
        enquiry product, enquired product, enquiry for, enquired for, inquiry for, product details, product of interest,
        product description, looking for, required, need, what they need,
        उत्पाद, उत्पाद का नाम, उत्पाद नाम, प्रोडक्ट, सामान, माल, वस्तु, आवश्यकता, ज़रूरत, जरूरत, मांग, माँग""",
    "category": "category, product category, item category, mcat, mcat name, product group, श्रेणी, वर्ग",
    "subject": "subject, enquiry subject, title of enquiry, विषय",
    "message": """
        message, messages, enquiry message, enquiry details, enquiry detail, enquiry description, inquiry details,
        query, query details, requirement details, requirement detail, details of requirement, detailed requirement,
        description, buyer message, customer message, text, enquiry, inquiry, details, detail, particulars,
        order details, संदेश, सन्देश, विवरण, पूछताछ""",
    "quantity": """
        quantity, qty, qnty, quantity required, required quantity, qty required, required qty, order quantity,
        no of pieces, मात्रा, संख्या""",
    "requirement": "requirement type, purpose, use, usage, end use, उपयोग",
    DATE: """
        date, dt, enq date, enq dt, enquiry dt,
        enquiry date, enquiry date time, enquiry date and time, enquired on, enquired at, enquiry on,
        inquiry date, lead date, lead date time, date of enquiry, date of inquiry, date of lead, query date,
        query date time, created, created on, created at, created date, created time, creation date, date created,
        date time, date and time, datetime, timestamp, time stamp, received, received on, received at, received date,
        date received, entry date, date of entry, generated on, generated date, lead generated on, lead created on,
        lead received on, added on, date added, posted on, call date, submitted on, submitted at, submission date,
        तारीख, तारीख़, दिनांक, तिथि, पूछताछ की तारीख, पूछताछ दिनांक, तारीख और समय""",
    TIME: """
        time, enquiry time, inquiry time, lead time, query time of day, time of enquiry, received time, entry time,
        call time, समय, वक्त, वेळ""",
    NOTE: """
        remark, remarks, comment, comments, note, notes, lead remarks, our remarks, sales remarks, call remarks,
        calling remarks, follow up remarks, followup remarks, feedback, discussion, observations,
        टिप्पणी, टिप्पणियाँ, टिप्पणियां, टिपण्णी, नोट, रिमार्क, अभिप्राय, शेरा""",
    "kind": "kind, query type, enquiry type, inquiry type, lead type, type of enquiry, type of lead, प्रकार",
    "query_id": """
        query id, unique query id, enquiry id, inquiry id, lead id, enquiry no, enquiry number, inquiry no, lead no,
        lead number, query no, query number, indiamart id, indiamart query id, पूछताछ क्रमांक""",
    "call_seconds": "call duration, duration, call duration seconds, duration seconds, talk time",
    "receiver_mobile": "receiver mobile, called number, receiver number, dialled number",
}
"""Field → headings, as `folded` makes them. What a sheet is read by; people's words only."""

CONTACTS: Final = frozenset({"contact", "contacts", "contact info", "contact information"})
"""Some write a number below it, others a name: what stands there tells."""
NUMBERS: Final = frozenset({"number"})
"""A serial number, or a phone's where nothing else is one: what stands there tells."""


UNREAD: Final = """
    sr no, sr, s no, sno, sl no, sl, serial no, serial number, srno, slno, no, number, index, row, id, lead source,
    source, source of lead, enquiry source, channel, campaign, medium, referred by, reference, reference by, status,
    lead status, stage, lead stage, call status, current status, state of lead, result, outcome, owner, lead owner,
    assigned to, assigned, sales person, salesperson, sales man, executive, handled by, attended by, staff, agent,
    employee, telecaller, seller, seller name, vendor, supplier, created by, updated by, entered by, updated on,
    updated at, last updated, modified on, modified date, follow up, followup, follow up date, followup date, next
    follow up, next follow up date, next date, reminder, reminder date, last contacted, delivery date, due date,
    order date, dispatch date, birth date, date of birth, dob, closing date, expected date, order no, order number,
    order id, invoice no, invoice date, contract, contract no, quotation no, quotation date, gst, gst no, gstin, gst
    number, pan, pan no, website, url, gender, age, designation, department, title, price, rate, amount, total,
    value, budget, parts, part no, model, model no, brand, make, size, unit, hsn, hsn code, rating, priority, tags,
    tag, labels, language, whatsapp status, email status, email sent, sms sent, mobile status, क्रमांक, क्र, क्रम,
    क्रम संख्या, स्थिति, स्रोत, कुल
"""
"""Headings that are no field of a lead, and must not pass for a slip of one that is."""

_BRACKETS: Final = re.compile(r"[(\[{（][^)\]}）]*[)\]}）]")
_APOSTROPHES: Final = str.maketrans("", "", "'’‘`´")
_JOINED: Final = re.compile(r"\s*(?:/|&|\||\bor\b|\band\b)\s*", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"(.*\D)\s*([1-9])", re.DOTALL)


@lru_cache(maxsize=1024)
def folded(heading: str) -> str:
    """`Mobile No. *` as `mobile no`: lower case, letters and digits only, blanks collapsed. Hindi keeps its vowels."""
    text = unicodedata.normalize("NFKC", heading).casefold().translate(_APOSTROPHES)
    return " ".join("".join(one if unicodedata.category(one)[0] in "LNM" else " " for one in text).split())


def _words(text: str) -> list[str]:
    return [word for one in text.split(",") if (word := folded(one))]


PERSONS: Final = frozenset(
    _words("contact person, contact person name, contact name, name of contact, person, person name, संपर्क व्यक्ति")
)
PARTIES: Final = frozenset(
    _words("party, party name, name of party, customer, customer name, client, client name, पार्टी, पार्टी का नाम")
)
"""A name; but the firm's where one of `PERSONS` stands beside it."""
SERIALS: Final = frozenset(
    _words("lead no, lead number, enquiry no, enquiry number, inquiry no, query no, query number")
)
"""Mostly people's own numbers; another column with IndiaMART's ids may stand beside them."""
BY_HEADING: Final = {word: field for field, text in WRITTEN.items() for word in _words(text)}
IS_UNREAD: Final = frozenset(_words(UNREAD))


def exact(heading: str) -> str | None:
    """The field that the heading says as it stands."""
    word = folded(heading)
    return BY_HEADING.get(word) or BY_HEADING.get(word.replace(" the ", " "))


def likely(heading: str) -> str | None:
    """The field that a heading most probably means: `Mobile 2`, `Mobile (Buyer)`, `Phone/Mobile`, `Moblie No`.

    None where two fields come into question, and where it is known to be something else.
    """
    if folded(heading) in IS_UNREAD:
        return None
    return _numbered(heading) or _bracketed(heading) or _joined(heading) or _misspelled(folded(heading))


def _numbered(heading: str) -> str | None:
    """Only numbers and addresses are counted so; `Remarks2` may be anybody's."""
    match = _NUMBERED.fullmatch(heading.strip())
    field = None if match is None else exact(match[1])
    return field if any(field in family for family in FAMILIES) else None


def _bracketed(heading: str) -> str | None:
    outside = _BRACKETS.sub(" ", heading)
    if outside == heading:
        return None
    field = exact(outside)
    if any(field in family for family in FAMILIES):
        return field  # in brackets stands whose it is
    return _agreed([field, exact(" ".join(_BRACKETS.findall(heading)))])


def _joined(heading: str) -> str | None:
    parts = [part for part in _JOINED.split(heading) if folded(part)]
    fields = [exact(part) for part in parts]
    return None if len(parts) < 2 or None in fields else _agreed(fields)


def _agreed(fields: list[str | None]) -> str | None:
    """The first of those that are known, if all of them mean the same, or are all numbers or all addresses."""
    known = list(dict.fromkeys(field for field in fields if field is not None))
    if len(known) == 1 or any(known and set(family).issuperset(known) for family in FAMILIES):
        return min(known, key=list(WRITTEN).index)
    return None


_FEWEST_LETTERS: Final = 6
_TWO_SLIPS_FROM: Final = 10


def _misspelled(word: str) -> str | None:
    """One slip of the keyboard (two in a long word), never in the first letter nor in a digit."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - needed only after a slip

    if len(word) < _FEWEST_LETTERS or any(map(str.isdigit, word)):
        return None
    slips = 2 if len(word) >= _TWO_SLIPS_FROM else 1
    known = [one for one in (*BY_HEADING, *IS_UNREAD) if one[0] == word[0]]
    near = [one for one in known if OSA.distance(word, one, score_cutoff=slips) <= slips]
    fields = {BY_HEADING.get(one) for one in near}
    return fields.pop() if len(fields) == 1 else None
