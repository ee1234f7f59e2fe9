"""Web addresses that go out exactly as they were written."""

from __future__ import annotations

from yarl import URL


def joined(base: str, path: str, tail: str) -> URL:
    """`base` may carry a path of its own, or already end in the API's (`…/wservice/enquiry/listing`).

    `tail` is encoded already, and nothing encodes it again: a key's `%2F` would become `%252F`.
    """
    root = str(URL(base).with_query(None).with_fragment(None)).rstrip("/")
    last = "/".join(path.rsplit("/", 2)[1:])
    return URL(f"{root}{tail}" if root.endswith(f"/{last}") else f"{root}{path}{tail}", encoded=True)
