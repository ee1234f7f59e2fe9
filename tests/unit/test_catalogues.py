"""The catalogues: what a translation must keep of its sentence, and that none is missing or left over.

After a change of sentences `python -m tests.catalogues` brings the files up to date.
"""

from __future__ import annotations

import ast
import os
import re
from collections import Counter
from string import Formatter
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po

from bot.chat.command_table import COMMANDS
from bot.i18n import _, compiled, machines_language, speaking, uncompiled
from tests import catalogues

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from babel.messages.catalog import Message

CATALOGUES = {language: catalogues.read(language) for language in catalogues.TRANSLATED}
TAG = re.compile(r"</?[a-z]+[^>]*>")
ALERT_FILES = (
    *(f"bot/chat/{name}.py" for name in ("buttons", "button_table", "press", "contact", "choosing", "test_card")),
    *(f"bot/chat/views/{name}.py" for name in ("answers", "contact")),
)
LONGEST_ALERT = 200
LONGEST_DESCRIPTION = 256


def forms(entry: Message) -> Iterator[tuple[str, str]]:
    """Each sentence with its translation; of one with a number both."""
    if not entry.pluralizable:
        yield str(entry.id), str(entry.string)
        return
    for at, string in enumerate(entry.string or ()):
        yield entry.id[at], string


def pairs(*files: str) -> list[tuple[str, str, str]]:
    """(language, sentence, translation) of what is translated, of these files or of all."""
    return [
        (language, english, said)
        for language, catalogue in CATALOGUES.items()
        for entry in catalogue
        if entry.id and (not files or {file for file, _line in entry.locations} & set(files))
        for english, said in forms(entry)
        if said
    ]


def blanks(text: str) -> set[str]:
    return {f"{name}:{form}" for _text, name, form, _conversion in Formatter().parse(text) if name is not None}


def test_the_template_and_every_catalogue_have_the_sentences_of_the_code() -> None:
    wanted = {(entry.context, entry.id) for entry in catalogues.extracted()}
    with catalogues.TEMPLATE.open("rb") as file:
        kept = {(entry.context, entry.id) for entry in read_po(file)}
    assert kept == wanted, "python -m tests.catalogues"
    for language, catalogue in CATALOGUES.items():
        assert {(entry.context, entry.id) for entry in catalogue} == wanted, language


def test_every_sentence_is_translated() -> None:
    missing = [
        (language, entry.id)
        for language, catalogue in CATALOGUES.items()
        for entry in catalogue
        if entry.id and not all([entry.string] if isinstance(entry.string, str) else entry.string or [""])
    ]
    assert missing == []


def test_no_translation_is_a_guess() -> None:
    assert [entry.id for catalogue in CATALOGUES.values() for entry in catalogue if entry.fuzzy and entry.id] == []


def test_every_language_has_two_forms_and_its_own_rule() -> None:
    rules = {language: catalogue.plural_expr for language, catalogue in CATALOGUES.items()}
    assert rules == {"hi": "(n > 1)", "gu": "(n > 1)", "mr": "(n != 1)", "ta": "(n != 1)", "te": "(n != 1)"}
    assert {catalogue.num_plurals for catalogue in CATALOGUES.values()} == {2}


def test_no_blank_for_a_value_is_lost_or_made_up() -> None:
    """One that counts to one may leave its number out."""
    wrong = [
        (language, english, said)
        for language, english, said in pairs()
        if not (blanks(said) == blanks(english) or (blanks(english) - blanks(said) <= {"n:", "count:"} and "1" in said))
    ]
    assert wrong == []


def test_markup_ends_and_newlines_stay() -> None:
    wrong = [
        (language, english, said)
        for language, english, said in pairs()
        if Counter(TAG.findall(said)) != Counter(TAG.findall(english))
        or said[: len(said) - len(said.lstrip())] != english[: len(english) - len(english.lstrip())]
        or said[len(said.rstrip()) :] != english[len(english.rstrip()) :]
        or said.count("\n") != english.count("\n")
    ]
    assert wrong == []


def test_what_is_said_by_its_name_keeps_it() -> None:
    """Commands, settings, addresses and numbers of leads are the same in every language."""
    name = re.compile(r"(?<![\w/])/[a-z]+|\b[A-Z]+_[A-Z_]+\b|https?://(?:\S*\w)?|@BotFather|#\{number\}")
    wrong = [
        (language, english, said)
        for language, english, said in pairs()
        if set(name.findall(english)) - set(name.findall(said))
    ]
    assert wrong == []


def test_what_only_a_presser_sees_is_not_cut() -> None:
    """Names of 30 letters in it included."""
    wrong = [
        (language, said)
        for language, english, said in pairs(*ALERT_FILES)
        if filled(said) > LONGEST_ALERT >= filled(english)
    ]
    assert wrong == []


def filled(text: str) -> int:
    return len(re.sub(r"\{[^}]*\}", "x" * 30, text))


def test_no_command_is_described_at_greater_length_than_telegram_takes() -> None:
    descriptions = {command.description for command in COMMANDS}
    said = [said for _language, english, said in pairs("bot/chat/command_table.py") if english in descriptions]
    assert [one for one in said if not 1 <= len(one) <= LONGEST_DESCRIPTION] == []


def test_no_sentence_is_translated_before_it_is_shown_nor_hidden_from_the_catalogues() -> None:
    """At import time nobody is spoken to yet; what stands inside an f-string is not found."""
    wrong = [f"{path}:{line}" for path in sorted(catalogues.CODE.rglob("*.py")) for line in too_early_or_hidden(path)]
    assert wrong == []


class _Calls(ast.NodeVisitor):
    def __init__(self) -> None:
        self.lines: list[int] = []

    def generic_visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.Lambda):
            return
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for one in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
                self.visit(one)
            return
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "ngettext"}:
            self.lines.append(node.lineno)
        super().generic_visit(node)


def too_early_or_hidden(path: Path) -> list[int]:
    tree, calls = ast.parse(path.read_text(encoding="utf-8")), _Calls()
    calls.visit(tree)
    hidden = [
        call.lineno
        for text in ast.walk(tree)
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in {"_", "N_", "ngettext"}
        if call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value
    ]
    return calls.lines + hidden


def test_what_is_not_translated_is_said_in_english() -> None:
    with speaking("gu"):
        assert _("a sentence that no catalogue has") == "a sentence that no catalogue has"


def test_a_catalogue_is_compiled_without_what_is_empty(tmp_path: Path) -> None:
    source = tmp_path / "leadbell.po"
    source.write_text('msgid "lamp"\nmsgid_plural "lamps"\nmsgstr[0] ""\nmsgstr[1] ""\n', encoding="utf-8")
    assert b"lamp" not in compiled(source)


def test_what_was_compiled_is_read_until_the_catalogue_is_changed(tmp_path: Path) -> None:
    source, made = tmp_path / "leadbell.po", tmp_path / "leadbell.mo"
    source.touch()
    assert uncompiled(tmp_path) == source
    made.touch()
    os.utime(source, (1, 1))
    assert uncompiled(tmp_path) is None
    os.utime(made, (1, 1))
    assert uncompiled(tmp_path) == source
    source.unlink()
    assert uncompiled(tmp_path) is None  # a wheel


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "gu_IN.UTF-8"}, "gu"),
        ({"LANG": "en_IN", "LC_ALL": "hi_IN"}, "hi"),
        ({"LANG": "mr_IN", "LC_MESSAGES": "ta_IN@x"}, "ta"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "hi_IN", "LANGUAGE": "fr:ta:en"}, "ta"),
        ({}, "en"),
    ],
)
def test_the_command_line_speaks_the_machines_language(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], language: str
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert machines_language() == language
