"""Invented leads: believable Indian buyers of every kind, the same ones for the same seed."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeVar

from bot.domain.lead import Kind
from bot.sandbox.simulator import people, times
from bot.sandbox.simulator.lead_record import LeadRecord
from bot.sandbox.simulator.people import PLACES, STREETS
from bot.sandbox.simulator.trades import TRADES, Product

if TYPE_CHECKING:
    from datetime import datetime

T = TypeVar("T")

KINDS: Final = (Kind.ENQUIRY, Kind.BUYLEAD, Kind.CALL, Kind.WHATSAPP, Kind.CATALOGUE_VIEW)
_KIND_WEIGHTS: Final = (46, 22, 18, 8, 6)
_FIRST_IDS: Final = {
    Kind.ENQUIRY: 2_640_000_000,
    Kind.BUYLEAD: 620_000_000,
    Kind.CALL: 620_000_000,
    Kind.WHATSAPP: 2_900_000_000,
    Kind.CATALOGUE_VIEW: 930_000_000,
}
"""BuyLeads and calls count apart from the same number: their ids meet, as they can at IndiaMART (inferred)."""
_OTHER_IDS: Final = 990_000_000
_RETURNS: Final = 0.12
_NUMBERS: Final = 100_000
_STRIDE: Final = 7_919
"""Coprime to `_NUMBERS`: every number comes once before any comes twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    name: str
    company: str = ""
    mobile: str = ""
    mobile_alt: str = ""
    phone: str = ""
    email: str = ""
    email_alt: str = ""
    address: str = ""
    city: str = ""
    state: str = ""
    pincode: str = ""
    country: str = "IN"
    member_since: str = ""


class Leads:
    """Makes one lead after another."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self._years = random.Random(seed)  # apart, so that the rest of the buyers stays as it was
        self._next_ids = dict(_FIRST_IDS)
        self._number = self._random.randrange(_NUMBERS)
        self._buyers: deque[Buyer] = deque(maxlen=200)

    def lead(self, at: datetime, kind: str | None = None) -> LeadRecord:
        """A lead of the given kind or of any, mostly from a new buyer."""
        if self._buyers and self._random.random() < _RETURNS:
            buyer = self._random.choice(self._buyers)
        else:
            buyer = self._buyer()
            self._buyers.append(buyer)
        return self._enquiry(buyer, at, kind)

    def again(self, earlier: LeadRecord, at: datetime, kind: str | None = None) -> LeadRecord:
        """Another lead of the person behind an earlier one."""
        known = {name: getattr(earlier, name) for name in Buyer.__slots__}
        return self._enquiry(Buyer(**known), at, kind or Kind.ENQUIRY)

    def _enquiry(self, buyer: Buyer, at: datetime, kind: str | None) -> LeadRecord:
        kind = kind or self._random.choices(KINDS, _KIND_WEIGHTS)[0]
        record = LeadRecord(
            kind=kind,
            query_id=self._query_id(kind),
            enquired_at=at.replace(microsecond=0),
            **{name: getattr(buyer, name) for name in Buyer.__slots__},
        )
        if kind == Kind.CALL:
            return self._call(record)
        product = self._random.choice(self._random.choice(TRADES))
        if kind == Kind.CATALOGUE_VIEW:
            return self._view(record, product)
        return self._written(record, product)

    def _query_id(self, kind: str) -> str:
        number = self._next_ids.get(kind, _OTHER_IDS) + 1
        self._next_ids[kind] = number
        return str(number)

    def _call(self, record: LeadRecord) -> LeadRecord:
        """A third of the calls were missed."""
        is_missed = self._random.random() < 1 / 3
        return replace(
            record,
            name=self._random.choice([record.name, people.PLACEHOLDER, ""]),
            mobile=record.mobile or self._mobile(),
            email="",
            email_alt="",
            address=", ".join(part for part in (record.city, record.state) if part),
            subject="Buyer Call",
            call_seconds=self._random.randint(0, 8) if is_missed else self._random.randint(15, 420),
            receiver_mobile=f"80400000{self._random.randint(1, 4):02d}",
        )

    def _view(self, record: LeadRecord, product: Product) -> LeadRecord:
        return LeadRecord(
            kind=record.kind,
            query_id=record.query_id,
            enquired_at=record.enquired_at,
            name=people.PLACEHOLDER,
            mobile=record.mobile or self._mobile(),
            country=record.country,
            product=product.name,
            category=product.category,
        )

    def _written(self, record: LeadRecord, product: Product) -> LeadRecord:
        quantity = self._quantity(product)
        texts = people.CHATS if record.kind == Kind.WHATSAPP else people.ENQUIRIES
        words = {"product": product.name, "city": record.city or "our city", "quantity": quantity, "unit": product.unit}
        lead = replace(
            record,
            subject=f"Requirement for {product.name}",
            product=product.name,
            category=product.category,
            message=self._random.choice(texts).format_map(words),
        )
        has_pairs = record.kind == Kind.BUYLEAD or (record.kind == Kind.ENQUIRY and self._random.random() < 0.6)
        if not has_pairs:
            return lead
        return replace(
            lead,
            quantity=str(quantity),
            unit=product.unit,
            order_value=self._order_value(quantity * product.price),
            requirement=self._random.choice(people.REQUIREMENTS),
        )

    def _quantity(self, product: Product) -> int:
        """Round, as people ask."""
        exact = self._random.randint(1, product.most)
        return _rounded(exact, 1)

    def _order_value(self, rupees: int) -> str:
        low, high = int(rupees * 0.8), int(rupees * self._random.choice([1.3, 1.9, 2.5]))
        if rupees >= 10_000_000:
            return self._random.choice(["More than Rs. 1 Crore", f"Rs. {low / 1e7:.1f} - {high / 1e7:.1f} Crore"])
        if rupees >= 100_000 and self._random.random() < 0.5:
            return f"Rs. {max(low // 100_000, 1)} to {high // 100_000 + 1} Lakh"
        join = self._random.choice([" - ", " to "])
        return f"Rs. {indian(_rounded(low))}{join}{indian(_rounded(high))}"

    def _buyer(self) -> Buyer:
        if self._random.random() < 0.05:
            return self._foreigner()
        city, state, zone, std = self._random.choice(PLACES)
        name, email = self._name_and_email()
        pincode = f"{zone}{self._random.randint(0, 9)}00"
        buyer = Buyer(
            name=name,
            company=self._sometimes(0.45, f"{self._pick(people.FIRM_NAMES)} {self._pick(people.FIRM_WORDS)}"),
            mobile=self._mobile(),
            mobile_alt=self._sometimes(0.1, self._mobile()),
            phone=self._sometimes(0.15, _landline(std, self._random.randint(1, 99))),
            email=self._sometimes(0.65, email),
            email_alt=self._sometimes(0.08, f"office{self._random.randint(1, 999)}@example.org"),
            address=self._address(city, state, pincode),
            city=city,
            state=state,
            pincode=pincode,
            member_since=self._member_since(),
        )
        return self._oddity(buyer, email)

    def _member_since(self) -> str:
        """Two buyers in five, by month."""
        month, year = self._years.choice(times.MONTHS), self._years.randint(2009, 2019)
        return f"{month}-{year}" if self._years.random() < 0.4 else ""

    def _oddity(self, buyer: Buyer, email: str) -> Buyer:
        """One buyer in six is recorded less tidily."""
        lot = self._random.random()
        if lot < 0.05:
            return replace(buyer, city=f"{buyer.city} {buyer.pincode}", pincode="")
        if lot < 0.08:
            return replace(buyer, mobile="", mobile_alt="", phone="", email=email)
        if lot < 0.11:
            return replace(buyer, name="")
        if lot < 0.14:
            return replace(buyer, name=people.PLACEHOLDER, company="")
        if lot < 0.17:
            return replace(buyer, address="", city="", state="", pincode="")
        return buyer

    def _foreigner(self) -> Buyer:
        name, country, city, state, number = self._pick(people.FOREIGNERS)
        return Buyer(
            name=name,
            mobile=number.format(self._random.randint(10, 99)),
            email=f"{name.split()[0].lower()}@example.com",
            address=f"{city}, {state}",
            city=city,
            state=state,
            country=country,
        )

    def _name_and_email(self) -> tuple[str, str]:
        first, last = self._pick(people.FIRST_NAMES), self._pick(people.LAST_NAMES)
        email = f"{first}.{last.replace(chr(39), '')}{self._random.randint(1, 99)}@example.com".lower()
        return self._random.choice([f"{first} {last}", f"{first} {last}", f"{first} {last}", first]), email

    def _address(self, city: str, state: str, pincode: str) -> str:
        """Empty parts and runs of blanks are left in, as IndiaMART leaves them."""
        street = self._sometimes(0.7, self._pick(STREETS))
        middle = self._random.choice([f"{city}, ", ", ", ""]) if street else ""
        return f"{street}, {middle}{city}, {state}, {self._random.choice(['', '        '])}{pincode}"

    def _mobile(self) -> str:
        self._number = (self._number + _STRIDE) % _NUMBERS
        return f"+91-90000{self._number:05d}"

    def _sometimes(self, chance: float, text: str) -> str:
        return text if self._random.random() < chance else ""

    def _pick(self, items: tuple[T, ...]) -> T:
        return self._random.choice(items)


def _rounded(number: int, places: int = 2) -> int:
    """Down to so many leading digits."""
    step = int("1" + "0" * max(len(str(number)) - places, 0))
    return max(number // step * step, 1)


def indian(number: int) -> str:
    """`3,12,000`: groups of two above the last three digits."""
    text = str(number)
    head, tail = text[:-3], text[-3:]
    groups: list[str] = []
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return ",".join([*groups, tail])


def _landline(std: str, number: int) -> str:
    """With its STD code: eleven digits together, the leading 0 included."""
    return f"{std}-{number:0{11 - len(std)}d}"
