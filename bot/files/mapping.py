"""Which column fills which field: a heading of IndiaMART's, of an export, or of people, for one table of a file."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.errors import LeadbellError
from bot.files import columns, headings
from bot.i18n import _
from bot.indiamart import column_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class MappedBy(Enum):
    """By what a column was understood."""

    GIVEN = "given"
    """With --map."""
    INDIAMART = "indiamart"
    OWN = "own"
    WRITTEN = "written"
    LIKELY = "likely"


_RANKS: Final = {MappedBy.GIVEN: 0, MappedBy.INDIAMART: 1, MappedBy.OWN: 2, MappedBy.WRITTEN: 2, MappedBy.LIKELY: 3}


class Column(NamedTuple):
    number: int
    """From 0."""
    title: str
    field: str | None
    """One of `FIELDS`, IndiaMART's name where we have none for it, or None for a column that is not read."""
    how: MappedBy = MappedBy.WRITTEN


FIELDS: Final = (
    *columns.FIELDS,
    headings.FIRST_NAME, headings.LAST_NAME, headings.TIME, headings.NOTE,
)  # fmt: skip
"""What a column can be read as; `--map` takes these names."""

WHO: Final = frozenset({"name", headings.FIRST_NAME, headings.LAST_NAME, "company", "query_id"}) | frozenset(
    (*headings.PHONES, *headings.EMAILS)
)
"""A heading without any of them is no heading of leads."""

_JOINED: Final = frozenset({headings.NOTE, "message", "address"})
"""Several columns of one of these are kept together."""


def given(pairs: Iterable[str]) -> dict[str, str]:
    """`["Contact No=mobile"]` by folded heading. Raises LeadbellError for what is no pair, or no field."""
    found: dict[str, str] = {}
    for pair in pairs:
        heading, equals, name = pair.rpartition("=")
        field = name.strip().lower().replace(" ", "_").replace("-", "_")
        if not equals or not headings.folded(heading):
            raise LeadbellError(
                _('--map “{pair}”: write the column’s heading, “=” and a field, such as "Contact No=mobile".').format(
                    pair=pair
                )
            )
        if field not in FIELDS:
            raise LeadbellError(
                _("--map: “{name}” is no field. The fields are {fields}.").format(
                    name=name.strip(), fields=", ".join(FIELDS)
                )
            )
        found[headings.folded(heading)] = field
    return found


def field_of(title: str, chosen: Mapping[str, str]) -> tuple[str | None, MappedBy]:
    """What one heading means, whatever stands beside it."""
    if (field := chosen.get(headings.folded(title))) is not None:
        return field, MappedBy.GIVEN
    if (name := column_names.field(title)) is not None:
        return columns.OWN_NAMES.get(name, name), MappedBy.INDIAMART
    if (field := headings.exact(title)) is not None:
        return field, MappedBy.WRITTEN
    if (field := columns.own_field(title)) is not None:
        return (None if field == columns.RAW else field), MappedBy.OWN
    if columns.is_team(title):
        return None, MappedBy.OWN
    return headings.likely(title), MappedBy.LIKELY


def is_known(title: str, chosen: Mapping[str, str]) -> bool:
    """Whether it is a heading as it stands, without any guess."""
    field, how = field_of(title, chosen)
    return field is not None and how is not MappedBy.LIKELY


def is_other(title: str) -> bool:
    """Whether people or an export are known to write it over what is no field of a lead."""
    return headings.folded(title) in headings.IS_UNREAD or columns.is_team(title)


def columns_of(titles: Sequence[str], chosen: Mapping[str, str]) -> list[Column]:
    """Each column with its field; a second one of numbers or addresses takes the next free of them.

    Where a guess and a plain heading mean the same field, the plain one has it. A second product goes to the message,
    and beside a contact person the party is the company.
    """
    meant = [(number, title, *field_of(title, chosen)) for number, title in enumerate(titles)]
    taken: set[str] = set()
    found: dict[int, Column] = {}
    for number, title, field, how in sorted(meant, key=lambda one: (_RANKS[one[3]], _turn(one[1]))):
        got = None if field is None else _free(field, taken, title)
        taken |= set() if got is None else {got}
        found[number] = Column(number, title, got, how)
    return _with_mobile([found[number] for number in range(len(titles))], taken)


def _turn(title: str) -> int:
    """A person takes the name before anybody, a party after everybody; so does a serial number with an id."""
    word = headings.folded(title)
    return 0 if word in headings.PERSONS else 2 if word in headings.PARTIES | headings.SERIALS else 1


def _free(field: str, taken: set[str], title: str) -> str | None:
    if field not in taken or field in _JOINED:
        return field
    if field == "product":
        return "message"
    if field == "name" and headings.folded(title) in headings.PARTIES:
        return "company" if "company" not in taken else None
    family = next((family for family in headings.FAMILIES if field in family), ())
    return next((one for one in family[family.index(field) :] if one not in taken), None) if family else None


def _with_mobile(found: list[Column], taken: set[str]) -> list[Column]:
    """Where a sheet has no column of mobiles, its first column of numbers holds them."""
    if "mobile" in taken:
        return found
    first = next((one for one in found if one.field in headings.PHONES and one.how is not MappedBy.GIVEN), None)
    return [one._replace(field="mobile") if one is first else one for one in found]


def known(found: Iterable[Column]) -> int:
    """How many fields a heading names; 0 for one that does not say who."""
    fields = {one.field for one in found if one.field is not None}
    return len(fields) if fields & WHO else 0


def letter(number: int) -> str:
    """`D` for the fourth column, as spreadsheets name it."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
