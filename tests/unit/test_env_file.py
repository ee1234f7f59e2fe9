"""`.env` is written one setting at a time, and reads back as it was meant."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.config.env_file import EnvFile, quoted
from bot.config.layers import read_given
from bot.errors import LeadbellError

if TYPE_CHECKING:
    from pathlib import Path

NOBODY = 65534
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], include_characters=" "), min_size=1)


def kept(folder: Path, name: str) -> str | None:
    return read_given({}, folder).values.get(name)


@given(TEXTS.map(str.strip).filter(lambda text: text and not ("'" in text and '"' in text)))
@example("/srv/shop #1/leads.db")
@example("${HOME}\\leads")
def test_whatever_is_written_reads_back(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("env")
    EnvFile(folder).put({"HOLIDAYS": text, "DATABASE_URL": "sqlite:///a.db"})
    assert (kept(folder, "HOLIDAYS"), kept(folder, "DATABASE_URL")) == (text, "sqlite:///a.db")


@pytest.mark.parametrize("text", ["mSx2/Pull+Key/9O==", "-100123:12", "https://a.example/b", "Mon-Sat"])
def test_what_needs_no_quotes_gets_none(text: str) -> None:
    assert quoted(text) == text


def test_comments_and_all_else_stay(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# ours\nexport timezone=Asia/Kolkata # so\nHOLIDAYS=IN\nPOLL_EVERY=5m\n\n#INDIAMART_KEY=old\nHOLIDAYS=IN\n",
        encoding="utf-8",
    )
    EnvFile(tmp_path).put({"HOLIDAYS": "2026-11-08", "INDIAMART_KEY": "new-key", "POLL_EVERY": "", "TIMEZONE": "UTC"})
    assert (tmp_path / ".env").read_text(encoding="utf-8") == (
        "# ours\nTIMEZONE=UTC\n\n#INDIAMART_KEY=old\nHOLIDAYS=2026-11-08\nINDIAMART_KEY=new-key\n"
    )


@pytest.mark.parametrize("odd", "\u2028\u2029\x0b\x0c\x1c\x85")
def test_a_line_ends_where_whoever_reads_it_ends_one(tmp_path: Path, odd: str) -> None:
    """A comment that was pasted out of a document would go on as a line that cannot be read."""
    before = f"# ours{odd}and more\nHOLIDAYS=IN\n"
    (tmp_path / ".env").write_text(before, encoding="utf-8", newline="")
    EnvFile(tmp_path).put({"LOG_LEVEL": "debug"})
    assert (tmp_path / ".env").read_bytes().decode() == f"{before}LOG_LEVEL=debug\n"
    assert read_given({}, tmp_path).problems == []


def test_it_is_for_its_owner_alone_whatever_it_was(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HOLIDAYS=IN\n", encoding="utf-8")
    (tmp_path / ".env").chmod(0o644)
    EnvFile(tmp_path).put({"HOLIDAYS": "off"})
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [".env"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("is_new", [True, False])
def test_what_root_writes_stays_whose_it_was_or_is_whose_the_folder_is(tmp_path: Path, *, is_new: bool) -> None:
    """The service that setup offers runs as the folder's owner, and has to read it."""
    path = tmp_path / ".env"
    if not is_new:
        path.touch()
    os.chown(tmp_path if is_new else path, NOBODY, NOBODY)
    EnvFile(tmp_path).put({"LOG_LEVEL": "debug"})
    assert (path.stat().st_uid, path.stat().st_gid, path.stat().st_mode & 0o777) == (NOBODY, NOBODY, 0o600)


def test_a_file_of_windows_stays_one_and_is_written_as_utf_8(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("A=1\r\nHOLIDAYS=IN\r\n".encode("utf-16"))
    EnvFile(tmp_path).put({"HOLIDAYS": "off"})
    assert (tmp_path / ".env").read_bytes() == b"A=1\r\nHOLIDAYS=off\r\n"


def test_of_a_link_what_it_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / ".env").symlink_to(tmp_path / "kept.env")
    EnvFile(tmp_path / "here").put({"HOLIDAYS": "IN"})
    assert (tmp_path / "here" / ".env").is_symlink()
    assert kept(tmp_path / "here", "HOLIDAYS") == "IN"


def test_a_link_that_leads_round_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").symlink_to(tmp_path / ".env")
    with pytest.raises(LeadbellError, match="cannot be read"):
        EnvFile(tmp_path).put({"LOG_LEVEL": "debug"})


def test_a_folder_that_takes_nothing_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LeadbellError, match=r"\.env cannot be written"):
        EnvFile(tmp_path / "nowhere").confirm()
