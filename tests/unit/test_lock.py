"""What the image installs: locked with hashes, as pyproject.toml wants it, from nowhere but the index; and audited."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
NEEDED = {
    "requirements.lock": [
        *PROJECT["project"]["dependencies"],
        *(one for extra in ("charts", "postgres", "socks") for one in EXTRAS[extra]),
    ],
    "requirements-build.lock": PROJECT["build-system"]["requires"],
}
IMAGE = {"platform_system": "Linux", "sys_platform": "linux", "python_version": "3.13", "python_full_version": "3.13.0"}


def locked(name: str) -> Mapping[str, tuple[Requirement, int]]:
    """Each package with its one version, and how many hashes it has."""
    text = re.sub(r"^#.*\n", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    found: dict[str, tuple[Requirement, int]] = {}
    for entry in re.split(r"\n(?=\S)", text.strip()):
        requirement, *hashes = re.split(r"\s+--hash=sha256:", entry.replace("\\\n", ""))
        assert all(re.fullmatch(r"[0-9a-f]{64}\s*", one) for one in hashes), entry
        read = Requirement(requirement.strip())
        found[canonicalize_name(read.name)] = read, len(hashes)
    return found


@pytest.mark.parametrize("name", NEEDED)
def test_the_lock_has_a_version_in_range_for_everything_the_project_needs(name: str) -> None:
    versions = {package: read.specifier for package, (read, _hashes) in locked(name).items()}
    for text in NEEDED[name]:
        needed = Requirement(text)
        if needed.marker is not None and not needed.marker.evaluate(IMAGE):
            continue
        (pin,) = versions[canonicalize_name(needed.name)]
        assert (pin.operator, needed.specifier.contains(pin.version)) == ("==", True), text


@pytest.mark.parametrize("name", NEEDED)
def test_everything_in_the_lock_is_one_version_with_hashes_from_the_index(name: str) -> None:
    for package, (read, hashes) in locked(name).items():
        assert (len(read.specifier), read.url) == (1, None), package
        assert hashes > 0, package
    assert re.search(r"--(?:extra-)?index-url|--find-links|--trusted|://|file:", (ROOT / name).read_text()) is None


def test_the_image_installs_nothing_that_is_not_locked() -> None:
    installs = re.findall(r"pip install [^\\\n&]*", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    assert len(installs) == 3
    assert [line for line in installs if "--require-hashes" not in line and "--no-deps --no-index" not in line] == []
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    assert all(f"!{name}\n" in ignored for name in NEEDED)


CLEAN = {"name": "click", "version": "8.5.1", "vulns": []}
BAD = {"name": "click", "version": "8.0.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["8.0.1"]}]}
SKIPPED = {"name": "click", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (json.dumps({"dependencies": [CLEAN]}), 0, "1 of 1 packages checked, 0 vulnerabilities known"),
        (json.dumps({"dependencies": [CLEAN, SKIPPED]}), 0, "1 of 2 packages checked"),
        (json.dumps({"dependencies": [CLEAN, BAD]}), 1, "click 8.0.0: PYSEC-1, mended in 8.0.1"),
        (json.dumps({"dependencies": [SKIPPED]}), 0, "was NOT checked"),
        ("", 0, "was NOT checked"),
        (None, 0, "was NOT checked"),
    ],
)
def test_the_audit_fails_for_what_is_known_and_says_where_nobody_could_be_asked(
    tmp_path: Path, answer: str | None, code: int, words: str
) -> None:
    if answer is not None:
        script = tmp_path / "pip-audit"
        script.write_text(f"#!/bin/sh\ncat <<'E'\n{answer}\nE\n", encoding="utf-8")
        script.chmod(0o700)
    path = f"{tmp_path}:/usr/bin:/bin" if answer is not None else str(tmp_path)
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "audit.py"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PATH": path},
        cwd=ROOT,
    )
    assert (done.returncode, done.stderr) == (code, "")
    assert words in done.stdout
