"""Where settings come from: leadbell.toml, then .env, then the environment; the later one wins."""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.config import proxies
from bot.config.catalogue import BY_NAME, ENTRIES, file_name, known_names
from bot.config.given import as_text, missing
from bot.config.settings import Settings, unheard_pushes
from bot.config.values import BadValueError
from bot.errors import SettingsError
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

OURS: Final = ("TELEGRAM_", "INDIAMART_", "LEADBELL_")
_LIKELY: Final = 60
"""How alike (of 100) a name with our prefix must be to be proposed."""
_NEAR: Final = 85
"""How alike any other name in our own files must be to be taken for a slip."""
_SECRET_BYTES: Final = 16384
_QUOTED: Final = re.compile(r"""(["'])((?:(?!\1).)*)\1(?:\s+\#.*)?""", re.VERBOSE | re.DOTALL)
_COMMENT: Final = re.compile(r"(?:^|\s+)#.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    settings: Settings
    warnings: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    """Of the warnings those about names that are no settings."""


@dataclass(slots=True)
class _Layer:
    """One source. Names are upper case, values not empty."""

    title: str
    values: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    is_file: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenSettings:
    """What stands where settings are read from, before anybody asks whether it can be used."""

    values: dict[str, str]
    in_environment: dict[str, str]
    """What wins over every file, ours and the proxies that other programs use too."""
    problems: list[str]
    unknown: list[str]
    sources: dict[str, str]
    """Where each value stands: the file's name, or the environment."""


def read_given(environ: Mapping[str, str], directory: Path | None = None) -> GivenSettings:
    folder = directory or here()
    environment = _environment(environ)
    layers = [_toml(folder / "leadbell.toml"), _dotenv(folder / ".env"), environment]
    given: dict[str, str] = {}
    sources: dict[str, str] = {}
    for layer in layers:
        found = _with_secrets(layer, folder)
        given |= found
        sources |= dict.fromkeys(found, layer.title)
    problems = [problem for layer in layers for problem in layer.problems]
    ways, refused = _ways_out(layers, given)
    ours = {name: text for name, text in environment.values.items() if name in known_names() or name in proxies.AROUND}
    return GivenSettings(
        values=given | ways,
        in_environment=ours,
        problems=problems + refused,
        unknown=[sentence for layer in layers for sentence in _unknown(layer)],
        sources=sources,
    )


def here() -> Path:
    """The folder that a command is typed in. Raises SettingsError."""
    try:
        return Path.cwd()
    except OSError:
        raise SettingsError(
            [_("The folder that this is typed in is there no more. Change into another one.")]
        ) from None


def load_settings(
    environ: Mapping[str, str], directory: Path | None = None, *, optional: frozenset[str] = frozenset()
) -> LoadedSettings:
    """Read leadbell.toml, .env and the environment. Raises SettingsError with every problem at once.

    A required setting named in `optional` may be missing: that is then a warning.
    """
    given = read_given(environ, directory)
    try:
        settings = replace(Settings.build(given.values, given.problems, optional), sources=given.sources)
    except SettingsError as error:
        # A misspelt name is often why another one is missing.
        raise SettingsError([*error.problems, *given.unknown]) from None
    absent = [sentence for name, sentence in missing(given.values) if name in optional]
    unheard = unheard_pushes({"push_token": settings.push_token, "http_listen": settings.http_listen})
    return LoadedSettings(settings, (*absent, *unheard, *given.unknown), tuple(given.unknown))


_WAYS: Final = {"TELEGRAM_PROXY": "TELEGRAM_API_URL", "INDIAMART_PROXY": "INDIAMART_URL"}


def _ways_out(layers: list[_Layer], given: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The proxies named for all programs, in `.env` too, where ours are not set; and what is wrong with them."""
    around = {name: text for layer in layers for name, text in layer.values.items() if name in proxies.AROUND}
    around = around or proxies.of_the_system()
    found: dict[str, str] = {}
    problems: dict[str, str] = {}
    for setting, address in _WAYS.items():
        name = None if setting in given else proxies.named(around, given.get(address) or BY_NAME[address].default)
        if name is None:
            continue
        try:
            proxies.proxy(around[name])
            found[setting] = around[name]
        except BadValueError as error:
            problems[name] = _("{name}: {problem}").format(name=name, problem=error)
    return found, list(problems.values())


def _environment(environ: Mapping[str, str]) -> _Layer:
    return _Layer(_("the environment"), _named(environ.items()), is_file=False)


def _dotenv(path: Path) -> _Layer:
    layer = _Layer(path.name)
    text = _read(path, layer)
    if not text:
        return layer
    from dotenv.parser import parse_stream  # noqa: PLC0415 - only where there is a file

    bindings = list(parse_stream(io.StringIO(text)))
    layer.problems += [
        _("Line {line} of {file} cannot be read. Write it as NAME=value.").format(
            line=_line(binding.original.string, binding.original.line), file=path.name
        )
        for binding in bindings
        if binding.error
    ]
    layer.values = _named((binding.key, binding.value) for binding in bindings if binding.key)
    return layer


def _line(text: str, first: int) -> int:
    """Where the text itself stands: the parser counts the blank lines before it."""
    return first + len(text) - len(text.lstrip("\n")) if text.strip() else first


def _toml(path: Path) -> _Layer:
    layer = _Layer(path.name)
    text = _read(path, layer)
    if not text:
        return layer
    import tomllib  # noqa: PLC0415 - only where there is a file

    try:
        layer.values = _named(_flat(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"at (?:line \d+, column \d+|end of document)", str(error))
        layer.problems.append(
            _('{file} cannot be read {where}. Write each setting as NAME = "value".').format(
                file=path.name, where=where[0] if where else ""
            )
        )
    return layer


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    """`[telegram]` with `bot_token` in it is TELEGRAM_BOT_TOKEN."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}_")
        else:
            yield f"{prefix}{name}", as_text(value)


def _read(path: Path, layer: _Layer) -> str:
    """The file's text; nothing where there is no file."""
    try:
        return decoded(path.read_bytes())
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        layer.problems.append(_("{file} is not in UTF-8. Save it again as UTF-8.").format(file=path.name))
    except OSError:
        layer.problems.append(_("{file} is there but cannot be opened. Check who may read it.").format(file=path.name))
    return ""


def _named(pairs: Iterable[tuple[str | None, str | None]]) -> dict[str, str]:
    """Names in upper case (a name already written so wins), values without blanks or quotes around, no empty ones."""
    cleaned = sorted(((name or "", bare(text or "")) for name, text in pairs), key=lambda pair: pair[0].isupper())
    return {name.upper(): text for name, text in cleaned if text}


def bare(text: str) -> str:
    """Without quotes and without a ` # comment`: systemd and `docker run --env-file` leave both in place.

    No value of ours holds a blank before a `#`; what stands in quotes is taken as it is.
    """
    cleaned = text.strip()
    quoted = _QUOTED.fullmatch(cleaned)
    return quoted[2].strip() if quoted else _COMMENT.sub("", cleaned).strip()


def _with_secrets(layer: _Layer, folder: Path) -> dict[str, str]:
    """The layer's settings, secrets read from their files. A file that could not be read leaves an empty text."""
    known = {name: text for name, text in layer.values.items() if name in BY_NAME}
    for entry in ENTRIES:
        path = layer.values.get(file_name(entry.name)) if entry.secret else None
        if path is None:
            continue
        if entry.name in known:
            layer.problems.append(
                _("{name} and {name}_FILE are both set in {source}. Keep one of them.").format(
                    name=entry.name, source=layer.title
                )
            )
        else:
            known[entry.name] = _secret(entry.name, folder / path, layer)
    return known


def _secret(name: str, path: Path, layer: _Layer) -> str:
    try:
        with path.open("rb") as file:
            text = bare(decoded(file.read(_SECRET_BYTES)))
    except (OSError, ValueError):
        layer.problems.append(
            _("{name}: it names no file that can be read. Check that the file exists and who may read it.").format(
                name=file_name(name)
            )
        )
        return ""
    if not text:
        layer.problems.append(_("{name}: the file it names is empty.").format(name=file_name(name)))
    return text


def decoded(content: bytes) -> str:
    """Windows' editors and PowerShell write UTF-16, and say so in the first two bytes."""
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_wide else "utf-8-sig")


def _unknown(layer: _Layer) -> Iterator[str]:
    """One sentence for each name that looks as if it were meant for us."""
    for name in sorted(layer.values.keys() - known_names() - set(proxies.AROUND)):
        is_ours = name.startswith(OURS)
        near = nearest(name, _LIKELY if is_ours else _NEAR) if is_ours or layer.is_file else None
        if near is not None or is_ours:
            sentence = _("{name} in {source} is not a setting and is not used.").format(name=name, source=layer.title)
            yield sentence if near is None else f"{sentence} " + _("Did you mean {name}?").format(name=near)


def nearest(name: str, cutoff: int = _LIKELY) -> str | None:
    """The known name that was meant."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - needed only after a slip

    bare = name.removeprefix("LEADBELL_")
    match = process.extractOne(bare, sorted(known_names()), scorer=fuzz.ratio, score_cutoff=cutoff)
    return None if match is None else match[0]
