"""The catalogues of `bot/locale`. `python -m tests.catalogues` brings them up to date with the sentences in the code.

A sentence that changed is a new one: what was translated stays under its old sentence until that is gone, and is never
guessed for another. Neither line numbers nor dates stand in a catalogue, so that it changes only with its sentences.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.i18n import ENGLISH, LANGUAGES, compiled, uncompiled

CODE: Final = Path(__file__).parents[1] / "bot"
TEMPLATE: Final = CODE / "locale" / "leadbell.pot"
TRANSLATED: Final = tuple(language for language in LANGUAGES if language != ENGLISH)
KEYWORDS: Final = {
    "_": None, "N_": None, "Sentence": None, "ngettext": (1, 2), "counted": (1, 2), "pgettext": ((1, "c"), 2),
}  # fmt: skip
BLANKS: Final = re.compile(r"\{[^}]*\}|<[^>]*>|\n")
PLURALS: Final = {"hi": "(n > 1)", "gu": "(n > 1)"}  # in the others only one is one


def catalogue_path(language: str) -> Path:
    return CODE / "locale" / language / "LC_MESSAGES" / "leadbell.po"


def extracted() -> Catalog:
    """What there is to translate, file by file."""
    catalogue = Catalog()
    for name, _line, message, comments, context in extract_from_dir(
        CODE, [("**.py", "python")], keywords=KEYWORDS, comment_tags=["Translators:"], strip_comment_tags=True
    ):
        catalogue.add(message, locations=[(f"bot/{name}", 0)], auto_comments=comments, context=context)
    return catalogue


def template() -> Catalog:
    """The same, without reading all modules."""
    with TEMPLATE.open("rb") as file:
        return read_po(file, abort_invalid=True)


def read(language: str) -> Catalog:
    path = catalogue_path(language)
    if path.exists():
        with path.open("rb") as file:
            return read_po(file, locale=language, abort_invalid=True)
    return Catalog(locale=language)


def write(path: Path, catalogue: Catalog, header: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(header.encode())
        write_po(file, catalogue, width=0, include_lineno=False, omit_header=True, ignore_obsolete=True)


def compile_all() -> None:
    """Where somebody may write; else each process does it for itself."""
    for source in filter(None, map(uncompiled, (catalogue_path(language).parent for language in TRANSLATED))):
        whole = source.with_suffix(f".{os.getpid()}.mo")
        with suppress(OSError):
            whole.write_bytes(compiled(source))
            whole.replace(source.with_suffix(".mo"))


def header(language: str) -> str:
    fields = {
        "Project-Id-Version": "Leadbell",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": f"nplurals=2; plural={PLURALS.get(language, '(n != 1)')};" if language else "",
    }
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in fields.items() if value)
    return f'msgid ""\nmsgstr ""\n{lines}\n'


@lru_cache
def _pieces() -> frozenset[str]:
    """The longest piece of each sentence between its blanks, if it is two words or more."""
    found = set()
    for entry in filter(attrgetter("id"), template()):
        for sentence in (entry.id,) if isinstance(entry.id, str) else entry.id:
            longest = max((one.strip(" .,:;?!()“”") for one in BLANKS.split(sentence)), key=len, default="")
            if len(re.findall(r"[A-Za-z]{2,}", longest)) > 1 and not longest.startswith(("Mon-", "fri 4pm", "2026-")):
                found.add(longest)
    return frozenset(found)


def english(language: str) -> frozenset[str]:
    """What English alone has: nothing of it is left in what is said in that language."""
    said = "\n".join(str(entry.string) for entry in read(language) if entry.id)
    return frozenset(piece for piece in _pieces() if piece not in said)


def update() -> None:
    template = extracted()
    write(TEMPLATE, template, header(""))
    for language in TRANSLATED:
        catalogue = read(language)
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        write(catalogue_path(language), catalogue, header(language))


if __name__ == "__main__":
    update()
