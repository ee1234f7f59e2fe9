"""Joins the pages of the repository's root to the site of docs/, and follows their links: a hook of MkDocs."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).resolve().parent.parent
JOINED: Final = {
    "README.md": "index.md",
    **{name: f"project/{name}" for name in ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "tests/README.md")},
}
"""Where in the site each page of the root stands."""
BADGES: Final = re.compile(r"^\[!\[.*\n", re.MULTILINE)
"""They lead to where the repository is shown, whose address the pages do not know."""
FROM: Final = {uri: name for name, uri in JOINED.items()}
LINK: Final = re.compile(r"(?P<image>!?)\[(?P<words>[^\]]*)\]\((?!https?://|#)(?P<path>[^)#\s]+)(?P<anchor>#[^)]*)?\)")


def on_config(config: MkDocsConfig) -> None:
    """Every decision, and pages that nobody has put anywhere."""
    nav = config.nav or []
    named = re.findall(r"[\w./-]+\.md", str(nav))
    pages = sorted(path.name for path in (ROOT / "docs").glob("*.md") if path.name not in named)
    decisions = sorted(f"decisions/{path.name}" for path in (ROOT / "docs" / "decisions").glob("0*.md"))
    for section in nav:
        if "Use" in section:
            section["Use"] += pages
        if "Decisions" in section:
            section["Decisions"] = ["decisions/README.md", *decisions]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for name, uri in JOINED.items():
        files.append(File.generated(config, uri, abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(markdown: str, page: Page, files: Files, **_more: object) -> str:
    here = page.file.src_uri
    place = posixpath.dirname(FROM.get(here, f"docs/{here}"))

    def followed(link: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(place, link["path"]))
        if not (ROOT / path).exists():
            return link[0]  # for MkDocs to complain about
        if (ROOT / path).is_dir():
            path += "/README.md"
        uri = JOINED.get(path, path.removeprefix("docs/"))
        if files.get_file_from_path(uri) is None:
            return link["words"]  # a file that is no page
        target = posixpath.relpath(uri, posixpath.dirname(here) or ".")
        return f"{link['image']}[{link['words']}]({target}{link['anchor'] or ''})"

    return LINK.sub(followed, BADGES.sub("", markdown))
