"""By which a sealed buyer and a sealed lead are known again, without a word about them: keyed hashes.

The key lies in the same database. Marks alone tell nothing; whoever has the whole file can find out whether a number
that they know or guess was sealed, but nothing else of the buyer.
"""

from __future__ import annotations

import hmac
import json
import secrets
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.clock import to_epoch
from bot.domain.lead import SealCause
from bot.domain.phones import is_e164
from bot.store import buyers
from bot.store.connections import listed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from bot.domain.ids import AccountId
    from bot.domain.lead import Lead
    from bot.store.database import Connection
    from bot.store.prepared_leads import PreparedLead

KEY_BYTES: Final = 32
MARK_BYTES: Final = 16
"""Of a hash: two contacts in a million million million share one."""

COLUMNS: Final = ("mobile", "mobile_alt", "phone", "phone_alt", "email", "email_alt")
"""Of a lead, in which a contact stands."""

IS_ANY: Final = "SELECT 1 FROM seal_marks WHERE account_id = :account_id LIMIT 1"
KEYS: Final = "SELECT key FROM seal_keys ORDER BY key"
ADD_KEY: Final = "INSERT INTO seal_keys (key) VALUES (:key)"
LOCK_KEYS_POSTGRES: Final = "LOCK TABLE seal_keys IN SHARE ROW EXCLUSIVE MODE"

# One of another account is refused as one that is not there.
OWN_SEAL: Final = "coalesce((SELECT seal_id FROM seals WHERE seal_id = :seal_id AND account_id = :account_id), -1)"

MARK: Final = """
    INSERT INTO seal_marks (account_id, mark, cause, sealed_at, seal_id, is_urgent)
    SELECT :account_id, value, :cause, :sealed_at, {own_seal}, :is_urgent FROM json_each(:marks) WHERE true
    ON CONFLICT (account_id, mark) DO UPDATE SET cause = excluded.cause,
        sealed_at = CASE WHEN seal_marks.sealed_at > excluded.sealed_at THEN seal_marks.sealed_at
            ELSE excluded.sealed_at END,
        seal_id = excluded.seal_id,
        is_urgent = CASE WHEN seal_marks.is_urgent = 1 THEN 1 ELSE excluded.is_urgent END
""".replace("{own_seal}", OWN_SEAL)

MARKED: Final = """
    SELECT mark, cause, sealed_at, is_urgent FROM seal_marks
    WHERE account_id = :account_id AND mark IN (SELECT value FROM json_each(:marks))
"""

HURRY_MARKS: Final = """
    UPDATE seal_marks SET is_urgent = 1
    WHERE account_id = :account_id AND mark IN (SELECT value FROM json_each(:marks))
"""
HURRY: Final = """
    UPDATE seals SET is_urgent = 1 WHERE account_id = :account_id AND erased_at IS NULL AND (
        seal_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:seal_ids))
        OR seal_id IN (SELECT seal_id FROM seal_marks
            WHERE account_id = :account_id AND mark IN (SELECT value FROM json_each(:marks))))
    RETURNING seal_id
"""
# A mark knows only the latest of its seals: the rows of the others tell whose they are.
NAMING: Final = """
    SELECT seals.seal_id, body FROM seals JOIN sealed_rows ON sealed_rows.seal_id = seals.seal_id
    WHERE seals.account_id = :account_id AND erased_at IS NULL AND is_urgent = 0 AND EXISTS (
        SELECT 1 FROM json_each(:texts) WHERE replace(lower(body), value, '') <> lower(body))
"""
OF_LEAD: Final = "SELECT seal_id FROM all_leads WHERE account_id = :account_id AND number = :number"
HASTEN: Final = "UPDATE seal_marks SET is_urgent = 1 WHERE account_id = :account_id AND sealed_at <= :before"


class SealMark(NamedTuple):
    cause: SealCause
    sealed_at: int
    is_urgent: bool
    """What comes back is erased without waiting."""


def contacts(lead: Lead) -> set[str]:
    """All by which the buyer may come again. More than tells buyers apart: who wishes to be forgotten means all."""
    mails = (of_mail(one) for one in (lead.email, lead.email_alt) if one and "@" in one)
    return {*filter(is_e164, lead.phones), *mails}


def of_typed(contact: str) -> str:
    """A number (E.164) or an e-mail address as a buyer's contact."""
    return of_mail(contact) if "@" in contact else contact


def of_mail(address: str) -> str:
    """As a buyer's contact."""
    return f"{buyers.MAIL}{address.lower()}"


def _mark(key: bytes, what: str, text: str) -> str:
    return hmac.digest(key, f"{what}:{text}".encode(errors="surrogatepass"), "sha256")[:MARK_BYTES].hex()


def of_contact(key: bytes, contact: str) -> str:
    return _mark(key, "contact", contact)


def of_identity(key: bytes, identity: str) -> str:
    return _mark(key, "lead", identity)


async def keys(connection: Connection) -> list[bytes]:
    """More than one where a backup of another database was restored."""
    return [bytes(row["key"]) for row in await connection.fetch_all(KEYS)]


async def key(connection: Connection) -> bytes:
    """The one that new marks are made with. Who makes it locks the table, so that there is one."""
    found = await keys(connection)
    if not found and connection.is_postgres:
        await connection.execute(LOCK_KEYS_POSTGRES)
        found = await keys(connection)
    if found:
        return found[0]
    made = secrets.token_bytes(KEY_BYTES)
    await connection.execute(ADD_KEY, {"key": made})
    return made


async def mark(
    connection: Connection,
    account_id: AccountId,
    *,
    contacts: Iterable[str],
    identities: Iterable[str],
    cause: SealCause,
    sealed_at: int,
    seal_id: int,
    is_urgent: bool,
) -> None:
    made_with = await key(connection)
    marks = {of_contact(made_with, one) for one in contacts} | {of_identity(made_with, one) for one in identities}
    parameters = {"account_id": account_id, "marks": listed(sorted(marks)), "cause": cause, "sealed_at": sealed_at}
    await connection.execute(MARK, parameters | {"seal_id": seal_id, "is_urgent": int(is_urgent)})


async def marked(connection: Connection, account_id: AccountId, marks: Collection[str]) -> dict[str, SealMark]:
    """Of these marks those that are there."""
    rows = await connection.fetch_all(MARKED, {"account_id": account_id, "marks": listed(marks)})
    return {row["mark"]: SealMark(SealCause(row["cause"]), row["sealed_at"], bool(row["is_urgent"])) for row in rows}


async def known_ids(connection: Connection, account_id: AccountId, query_ids: Collection[str]) -> set[str]:
    """Which of IndiaMART's numbers belong to a sealed lead, of whatever kind."""
    if await connection.fetch_one(IS_ANY, {"account_id": account_id}) is None:
        return set()
    marks = {of_identity(one, of_any_kind(own)): own for one in await keys(connection) for own in query_ids}
    return {marks[mark] for mark in await marked(connection, account_id, marks)}


def of_any_kind(query_id: str) -> str:
    """The identity of a lead whose kind a file does not name."""
    return f"*:{query_id}"


async def unsealed(connection: Connection, account_id: AccountId, found: Sequence[PreparedLead]) -> list[PreparedLead]:
    """Without the sealed leads, and without those of sealed buyers but for what they enquired after their wish."""
    if not found or await connection.fetch_one(IS_ANY, {"account_id": account_id}) is None:
        return list(found)
    known = await keys(connection)
    identities = [{of_identity(one, lead.identity) for one in known} for lead in found]
    people = [{of_contact(one, name) for one in known for name in _names(lead.lead)} for lead in found]
    since = await marked(connection, account_id, set().union(*identities, *people))
    return [
        lead
        for lead, own, theirs in zip(found, identities, people, strict=True)
        if not own & since.keys()
        and _is_later(lead.columns["enquired_at"], (since[one].sealed_at for one in theirs & since.keys()))
    ]


def _names(lead: Lead) -> set[str]:
    return contacts(lead) | set(buyers.contacts(lead))


def _is_later(enquired_at: int | None, wishes: Iterable[int]) -> bool:
    """A lead without a time may be an old one."""
    latest = max(wishes, default=None)
    return latest is None or (enquired_at is not None and enquired_at > latest)


async def hurry(
    connection: Connection, account_id: AccountId, contacts: Collection[str], number: int | None = None
) -> bool:
    """What was sealed of whoever has these contacts, or of the lead with this number, does not wait any more, whichever
    wish it was sealed by; False where nothing was.
    """
    seal_ids = await _naming(connection, account_id, contacts)
    if number is not None:
        rows = await connection.fetch_all(OF_LEAD, {"account_id": account_id, "number": number})
        seal_ids |= {row["seal_id"] for row in rows if row["seal_id"] is not None}
    marks = listed(of_contact(key, one) for key in await keys(connection) for one in contacts)
    parameters = {"account_id": account_id, "marks": marks}
    await connection.execute(HURRY_MARKS, parameters)
    return bool(await connection.fetch_all(HURRY, parameters | {"seal_ids": listed(sorted(seal_ids))}))


async def _naming(connection: Connection, account_id: AccountId, contacts: Collection[str]) -> set[int]:
    """Seals that wait, and have a lead with one of the contacts."""
    texts = listed(json.dumps(one.removeprefix(buyers.MAIL))[1:-1] for one in contacts)
    rows = await connection.fetch_all(NAMING, {"account_id": account_id, "texts": texts})
    return {row["seal_id"] for row in rows if not _contacts_in(row["body"]).isdisjoint(contacts)}


def _contacts_in(body: str) -> set[str]:
    """Of a sealed row: those of its columns, and not what else is written in it."""
    row = json.loads(body).get("row", {})
    found = (row.get(name) for name in COLUMNS)
    return {of_mail(one) if "@" in one else one for one in found if one}


async def hasten(connection: Connection, account_id: AccountId, before: datetime) -> None:
    """What was sealed before then is erased: from whichever backup it comes back, it is not kept again."""
    await connection.execute(HASTEN, {"account_id": account_id, "before": to_epoch(before)})
