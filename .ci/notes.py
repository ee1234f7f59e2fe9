"""What CHANGELOG.md says about the version of a tag, for its release; exit code 1 where the two do not agree.

python .ci/notes.py v0.2.0
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    try:
        print(notes(sys.argv[1], (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), version()))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def notes(tag: str, changelog: str, built: str) -> str:
    """The section of the tag's version. Raises ValueError if another one is built, or no day stands in the heading."""
    wanted = tag.removeprefix("v")
    if wanted != built:
        raise ValueError(f"the tag is {tag}, but pyproject.toml builds {built}")
    heading = rf"## \[{re.escape(wanted)}\] - (?P<day>[^\n]+)\n(?P<text>.*?)(?=^## |\Z)"
    found = re.search(rf"^{heading}", changelog, re.MULTILINE | re.DOTALL)
    if found is None or not found["text"].strip():
        raise ValueError(f"CHANGELOG.md says nothing about {wanted}")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", found["day"]):
        raise ValueError(f"write the day of the release into CHANGELOG.md's heading of {wanted}, not “{found['day']}”")
    return found["text"].strip()


if __name__ == "__main__":
    sys.exit(main())
