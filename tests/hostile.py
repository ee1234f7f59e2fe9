"""Bodies of somebody who means harm, made up from a seed: sizes, nesting, repeats, types, packing and encodings."""

from __future__ import annotations

import gzip
import json
import random
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROW: dict[str, Any] = {
    "UNIQUE_QUERY_ID": "620000001",
    "QUERY_TYPE": "W",
    "QUERY_TIME": "2026-01-01 10:00:00",
    "SENDER_NAME": "Visitor",
    "SENDER_MOBILE": "+91-9000000031",
    "QUERY_PRODUCT_NAME": "Pump",
}
CODES = ("utf-8", "utf-16", "utf-32", "latin-1", "cp1252", "utf-7")
SCALARS: tuple[object, ...] = (
    "",
    "\x00",
    "\ud800",
    "x" * 5_000,
    0,
    -1,
    1e308,
    10**400,
    True,
    None,
    [],
    {},
    "NA",
    "०" * 40,
)


def bodies(number: int, *, largest: int, seed: int = 1) -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """(name, body, headers). `largest` is roughly how many bytes they unpack to at most, but for bombs."""
    chance = random.Random(seed)
    for _one in range(number):
        kind = chance.choice(KINDS)
        size = int(largest * 10 ** -chance.uniform(0, 3))
        body = kind(chance, size)
        packing = chance.choice(PACKINGS)
        packed, headers = packing(body)
        yield f"{kind.__name__} of {size} bytes, {packing.__name__}", packed, headers


def repeats(chance: random.Random, size: int) -> bytes:
    one = chance.choice(["{}", "[]", "0", '""', "null", "1e9", '{"a":1}', "[[]]", '{"SENDER_NAME":""}', "true"])
    return f"[{','.join([one] * (size // (len(one) + 1)))}]".encode()


def nesting(chance: random.Random, size: int) -> bytes:
    head, tail = chance.choice([("[", "]"), ('{"a":', "}"), ('{"RESPONSE":', "}"), ('[{"data":', "}]")])
    deep = size // (len(head) + len(tail))
    return (head * deep + "1" + (tail * deep if chance.random() < 0.5 else "")).encode()


def wrapped(chance: random.Random, size: int) -> bytes:
    """JSON in a text in JSON …"""
    text = json.dumps({"RESPONSE": [ROW]})
    while len(text) * 2 < size and len(text) < 4_000_000:
        text = json.dumps(chance.choice([[text], {"body": text}, text]))
    return text.encode()


def rows(chance: random.Random, size: int) -> bytes:
    """Rows with values of every type where texts are due."""
    found: list[dict[str, Any]] = []
    while len(found) * 200 < size:
        row = ROW | {"UNIQUE_QUERY_ID": str(chance.randrange(10**9))}
        for name in chance.sample(list(row), chance.randrange(1, 5)):
            row[name] = chance.choice(SCALARS)
        found.append(row)
    return json.dumps({"CODE": 200, "STATUS": "SUCCESS", "TOTAL_RECORDS": len(found), "RESPONSE": found}).encode()


def one_long_text(chance: random.Random, size: int) -> bytes:
    unit = chance.choice(
        ["x", "<style>", "&lt;", "9", " ", "\n", "पा", "\\", '"', "https://a.b ", "@a ", "1" * 30 + " "]
    )
    row = ROW | {"QUERY_MESSAGE": unit * (size // len(unit.encode())), "UNIQUE_QUERY_ID": str(chance.randrange(10**9))}
    return json.dumps({"CODE": 200, "STATUS": "SUCCESS", "TOTAL_RECORDS": 1, "RESPONSE": [row]}).encode()


def many_names(_chance: random.Random, size: int) -> bytes:
    return json.dumps({f"name{number}": number for number in range(size // 20)}).encode()


def digits(chance: random.Random, size: int) -> bytes:
    return (chance.choice(["", "-", "9.", '[1,"', '{"a":']) + "9" * size).encode()


def broken_rows(chance: random.Random, size: int) -> bytes:
    good = json.dumps(ROW)
    found = [
        good if chance.random() < 0.3 else good[: chance.randrange(len(good))] for _row in range(size // len(good))
    ]
    return f'{{"CODE":200,"RESPONSE":[{",".join(found)}]}}'.encode()


def encoded(chance: random.Random, size: int) -> bytes:
    return rows(chance, size // 4).decode().encode(chance.choice(CODES), errors="replace")


def forms(chance: random.Random, size: int) -> bytes:
    unit = chance.choice(["a=1&", "a[b]=1&", "%7B", "a%5B%5D=&", "=&", "--x\r\n\r\n"])
    return (unit * (size // len(unit))).encode()


def noise(chance: random.Random, size: int) -> bytes:
    return chance.randbytes(size)


KINDS: tuple[Callable[[random.Random, int], bytes], ...] = (
    *(repeats, nesting, wrapped, rows, one_long_text, many_names, digits, broken_rows, encoded, forms, noise),
)


def plain(body: bytes) -> tuple[bytes, dict[str, str]]:
    return body, {}


def gzipped(body: bytes) -> tuple[bytes, dict[str, str]]:
    return gzip.compress(body, 1), {"Content-Encoding": "gzip"}


def deflated(body: bytes) -> tuple[bytes, dict[str, str]]:
    return zlib.compress(body, 1), {"Content-Encoding": "deflate"}


def gzipped_in_secret(body: bytes) -> tuple[bytes, dict[str, str]]:
    return gzip.compress(body, 1), {}


def cut_short(body: bytes) -> tuple[bytes, dict[str, str]]:
    return gzip.compress(body, 1)[:-9], {"Content-Encoding": "gzip"}


def a_bomb(body: bytes) -> tuple[bytes, dict[str, str]]:
    return gzip.compress(body[:100] + b" " * 60_000_000 + body[:100], 1), {"Content-Encoding": "gzip"}


PACKINGS: tuple[Callable[[bytes], tuple[bytes, dict[str, str]]], ...] = (
    *(plain, plain, plain, gzipped, deflated, gzipped_in_secret, cut_short, a_bomb),
)
