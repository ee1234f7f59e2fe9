"""Rows as dirty as they come, by a seeded generator, through the real reader into a real database.

    python -m tests.bench.fuzz --rows 1000000 --seed 7

The generator knows of each row whether it is new, known, broken or empty, and which digits its phone fields hold. What
comes out has to agree: in = new + known + kept with a reason, no exception, and no number with a digit that was not
there. Rows that are no objects stand only in bodies that are JSON: beside a row that has no end nobody can tell them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bot import app
from bot.clock import Clock
from bot.domain.lead import Lead, Origin
from bot.indiamart import v2
from bot.store.sqlite import SqliteDatabase
from tests.services.world import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


BATCH = 2_000
FILLERS = [
    "0",
    "00",
    "NA",
    "N/A",
    "n.a.",
    "#N/A",
    "-",
    "--",
    "None",
    "null",
    "nil",
    "undefined",
    "NaN",
    "(none)",
    0,
    None,
    "",
    "3.3E+09",
]
PHONES = ("SENDER_MOBILE", "SENDER_MOBILE_ALT", "SENDER_PHONE", "SENDER_PHONE_ALT", "SENDER_MOBILE_WAPP")
CODES = 3
"""Digits of the longest country code."""
WORDS = ["Ravi", "(WhatsApp)", "Ram", "ext 12", "office", "call after 6", "MD", "x22", "रवि"]
BETWEEN = ["/", ", ", " or ", " & ", "\n", ";", " | ", " ", " and ", " / ", "\r\n", "<br>", " - ", "\\"]
LETTERS = "abz XYZ<>&\"'\\/{}[],:;#*•·\t\n\r\x00\x0b\u200b\u202eéØपानी9०５😀\ud800"
TEXTS = [
    "Mail <mohan@example.com>",
    "rate<Rs.40>",
    "<Urgent>",
    "if a<b then c>d",
    "a<br>b &amp; c",
    "</p>",
    "5 <b>bold</b>",
]
NAMES = ["IndiaMART User", "IndiaMART Buyer", "Buyer", "Asha", "José", "Na", 'O\'Neil "Bob"', "रवि", "=cmd()"]


@dataclass
class Generator:
    """Bodies, and the truth about them."""

    chance: random.Random
    serial: int = 0
    truth: Counter[str] = field(default_factory=Counter)
    digits: dict[str, list[str]] = field(default_factory=dict)
    """By the row's serial number: what its phone fields hold."""
    earlier: list[str] = field(default_factory=list)

    is_json: bool = True

    def body(self, rows: int) -> bytes:
        self.digits.clear()
        self.is_json = self.chance.random() < 0.3
        found = [self.row() for _number in range(rows)]
        between = self.chance.choice([",", ", ", ",\n "])
        text = (
            f'{{"CODE": 200, "STATUS": "SUCCESS", "TOTAL_RECORDS": {len(found)}, "RESPONSE": [{between.join(found)}]}}'
        )
        return text.encode(self.chance.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16"]), "replace")

    def row(self) -> str:
        if self.earlier and self.chance.random() < 0.03:
            self.truth["known"] += 1
            return self.chance.choice(self.earlier)
        if self.chance.random() < 0.01:
            self.truth["kept"] += 1
            odd = ["{}", "null", "[]", '"text"', "7"] if self.is_json else []
            return self.chance.choice([*odd, '{"QUERY_TYPE": "W"}', '{"SENDER_NAME": "NA"}', '{"MOB": 0}'])
        self.serial += 1
        row = self.values()
        text = json.dumps(row, ensure_ascii=self.chance.random() < 0.5)
        if not self.is_json and self.chance.random() < 0.01:
            self.truth["kept"] += 1
            return self.broken(text)
        self.truth["new"] += 1
        if len(self.earlier) < BATCH:
            self.earlier.append(text)
        return text

    def values(self) -> dict[str, Any]:
        """A row that is told apart by its id, or else by its product."""
        chance = self.chance
        row: dict[str, Any] = {
            "UNIQUE_QUERY_ID": str(3_300_000_000 + self.serial) if chance.random() < 0.8 else chance.choice(FILLERS),
            "QUERY_TYPE": chance.choice(["W", "B", "P", "WA", "BIZ", "xyz", "", None]),
            "QUERY_TIME": chance.choice(
                ["2026-11-28 18:10:00", "yesterday", "", "28-Nov-2026 06:10 PM", 20261128181000]
            ),
            "SENDER_NAME": chance.choice([*NAMES, *FILLERS, self.text()]),
            "SENDER_EMAIL": chance.choice(["a@example.com", *FILLERS, self.text()]),
            "SENDER_COMPANY": chance.choice(["Testwala & Sons", *FILLERS, self.text()]),
            "SENDER_CITY": chance.choice(["Surat 395003", *FILLERS, self.text()]),
            "QUERY_PRODUCT_NAME": f"Valve no. {self.serial}",
            "QUERY_MESSAGE": chance.choice([*TEXTS, self.text(), None]) or f"serial {self.serial}",
            "SENDER_COUNTRY_ISO": chance.choice(["IN", "IN", "IN", None, "US", "AE", "India", "NA", "??"]),
        }
        held = []
        for name in PHONES:
            if chance.random() < 0.6:
                row[name] = self.phone()
                held.append(digits_of(row[name]))
        self.digits[row["QUERY_PRODUCT_NAME"]] = held
        items = list(row.items())
        chance.shuffle(items)
        return dict(items)

    def phone(self) -> Any:
        chance = self.chance
        kinds: list[Callable[[], Any]] = [
            self.number, self.number, self.several, self.masked, self.annotated, self.spread,
            lambda: chance.choice(FILLERS), self.text, lambda: "".join(chance.choices("0123456789+-()/. xX*,E", k=14)),
        ]  # fmt: skip
        return chance.choice(kinds)()

    def number(self) -> str:
        chance = self.chance
        mobile = f"9{chance.randrange(10**9):09d}"
        forms = ["+91-{}", "{}", "0{}", "+91{}", "91{}", "+91-91-{}", "0091{}", "091-{}", "+91 +91 {}", "91-0-{}"]
        abroad = [
            "+27-600000001",
            "+971-501234567",
            "+1 650 555 0101",
            "+54 011 15-1234-5678",
            "0421-2220017",
            "022 2345 6789",
        ]
        text = chance.choice(abroad) if chance.random() < 0.1 else chance.choice(forms).format(mobile)
        if chance.random() < 0.05:
            text = text.translate({ord(str(digit)): chr(0x966 + digit) for digit in range(10)})
        return text

    def several(self) -> str:
        tail = f"/{self.chance.randrange(100):02d}" if self.chance.random() < 0.2 else ""
        return self.chance.choice(BETWEEN).join(self.number() for _one in range(self.chance.randint(2, 4))) + tail

    def masked(self) -> str:
        number = list(self.number())
        start = self.chance.randrange(len(number))
        mark = self.chance.choice("xX*•·#_?")
        number[start : start + self.chance.randint(1, 7)] = mark * self.chance.randint(1, 7)
        return "".join(number)

    def annotated(self) -> str:
        number = self.number()[: self.chance.randint(3, 16)]
        return (
            self.chance.choice(["{} {}", "{1} {0}", "{1}: {0}", "{} - {}"]).format(number, self.chance.choice(WORDS))
            if (self.chance.random() < 0.9)
            else f"{number}{self.chance.choice(WORDS)}"
        )

    def spread(self) -> Any:
        number = 919_000_000_000 + self.chance.randrange(10**9)
        return self.chance.choice(
            [
                float(number),
                f"{number}.0",
                f"{number:,}",
                f"{Decimal(number):.11E}",
                "9.19E+11",
                number,
                f"{number:.3E}",
            ]
        )

    def text(self) -> str:
        return "".join(self.chance.choices(LETTERS, k=self.chance.randint(0, 30)))

    def broken(self, text: str) -> str:
        ways: list[Callable[[str], str]] = [
            lambda row: row.replace("Valve", "\\x41"),
            lambda row: row.replace("Valve", '"3" Valve"'),
            lambda row: f"{row[:-1]},}}",
            lambda row: row[:-1],
            lambda row: row.replace('"QUERY_TYPE":', '"QUERY_TYPE"'),
        ]
        return self.chance.choice(ways)(text)


def digits_of(value: object) -> str:
    """As 0-9, of any script; a figure's, if it is written as one."""
    text = str(value)
    if "E+" in text.upper() or isinstance(value, float):
        try:
            return str(int(Decimal(text)))
        except (InvalidOperation, OverflowError, ValueError):
            pass
    return "".join(str(unicodedata.decimal(one)) for one in text if one.isdecimal())


def stands_in(number: str, held: list[str]) -> bool:
    """Whether one field holds its digits in this order, but for a country's code in front."""

    def is_part(wanted: str, digits: str) -> bool:
        rest = iter(digits)
        return all(digit in rest for digit in wanted)

    plain = "".join(one for one in number if "0" <= one <= "9")
    return any(is_part(plain[cut:], digits) for digits in held for cut in range(CODES + 1))


def wrong_numbers(leads: list[Lead], held: dict[str, list[str]]) -> Iterator[tuple[Lead, str]]:
    for lead in leads:
        for value in lead.phones:
            yield from ((lead, one) for one in value.split(" / ") if not stands_in(one, held[lead.product or ""]))


async def run(rows: int, seed: int) -> bool:
    generator = Generator(random.Random(seed))
    found: Counter[str] = Counter()
    begun = time.perf_counter()
    with TemporaryDirectory(prefix="leadbell-fuzz-") as name:
        async with SqliteDatabase(Path(name) / "fuzz.db") as database:
            ingest = (await app.intake(settings(), app.share(database, Clock()), None)).ingest
            for start in range(0, rows, BATCH):
                size = min(BATCH, rows - start)
                answer = v2.read(200, generator.body(size))
                leads = list(answer.leads)
                async with database.transaction() as connection:
                    new = await ingest.fresh(connection, leads, origin=Origin.PULL)
                found += Counter(new=new, known=len(leads) - new, kept=answer.rows - len(leads))
                found["incomplete"] += not answer.is_complete
                fresh = [lead for lead in leads if lead.product in generator.digits]
                for lead, number in wrong_numbers(fresh, generator.digits):
                    found["wrong numbers"] += 1
                    print("wrong:", ascii(number), "of", ascii(lead.raw[:600]))
    took = time.perf_counter() - begun
    wanted = generator.truth
    is_right = all(found[key] == wanted[key] for key in ("new", "known", "kept"))
    print(
        f"fuzz: {rows:,} rows (seed {seed}) in {took:,.0f} s: {found['new']:,} new, {found['known']:,} known, "
        f"{found['kept']:,} kept with a reason; wanted {wanted['new']:,}, {wanted['known']:,}, {wanted['kept']:,}; "
        f"{found['wrong numbers']} numbers made up, {found['incomplete']} answers incomplete"
    )
    return is_right and not found["wrong numbers"] and not found["incomplete"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fuzz", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    sys.exit(0 if asyncio.run(run(given.rows, given.seed)) else 1)


if __name__ == "__main__":
    main()
