"""What runs the checks elsewhere says what `.ci/run` says, and a release what CHANGELOG says."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from bot import __version__

ROOT = Path(__file__).parents[2]
NOTES = runpy.run_path(str(ROOT / ".ci" / "notes.py"))
CHANGELOG = """# Changelog

## [0.3.0] - unreleased

Not yet.

## [0.2.0] - 2027-01-31

- Second.

## [0.1.0] - 2026-12-24

First.
"""


def test_a_commit_is_checked_by_what_the_gate_checks() -> None:
    checked = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    checks = re.findall(r"^((?:ruff|mypy|lint-imports|hadolint|check-jsonschema)\b.*?)(?: &)?$", checked, re.MULTILINE)
    hooks = re.findall(r"^ +entry: (.*)$", (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    assert hooks == checks
    workflows = {path.name for path in (ROOT / ".github" / "workflows").iterdir()}
    read = {name for check in checks for name in re.findall(r"workflows/(\S+)", check)}
    assert read == workflows


def test_the_version_is_the_same_everywhere() -> None:
    newest = re.search(r"^## \[([\d.]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == NOTES["version"]() == __version__


def test_a_release_has_the_changelogs_section_of_its_version() -> None:
    assert NOTES["notes"]("v0.2.0", CHANGELOG, "0.2.0") == "- Second."
    assert NOTES["notes"]("v0.1.0", CHANGELOG, "0.1.0") == "First."


@pytest.mark.parametrize(
    ("tag", "built", "why"),
    [
        ("v0.2.0", "0.2.1", "but pyproject.toml builds 0.2.1"),
        ("v0.2", "0.2", "says nothing about 0.2"),
        ("v0.3.0", "0.3.0", "write the day"),
    ],
)
def test_a_tag_that_does_not_agree_is_no_release(tag: str, built: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        NOTES["notes"](tag, CHANGELOG, built)


def test_every_page_links_only_to_what_is_there() -> None:
    pages = [*ROOT.glob("*.md"), ROOT / "tests" / "README.md", *(ROOT / "docs").rglob("*.md")]
    assert len(pages) > 10
    for page in pages:
        links = re.findall(r"\]\((?!https?://|#)([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
        assert [link for link in links if not leads_somewhere(page, link)] == [], page


def leads_somewhere(page: Path, link: str) -> bool:
    """Also where the repository is shown: its workflows and releases stand beside its files there."""
    workflow = re.fullmatch(r"\.\./\.\./actions/workflows/([\w.]+)(?:/badge\.svg)?", link)
    if page == ROOT / "README.md" and (workflow or link == "../../releases"):
        return workflow is None or (ROOT / ".github" / "workflows" / workflow[1]).exists()
    return (page.parent / link).exists()
