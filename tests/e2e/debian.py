"""README on a fresh Debian, by a fresh user: `python -m tests.e2e.debian [FILE …]`, by hand, as root.

Makes a root of Debian's with mmdebstrap, without Python, and types README's two lines there as somebody who may use
sudo: one shows the demo, the other sets Leadbell up between the sandbox's Telegram and IndiaMART's simulator, with
three wrong answers on the way. FILEs of this machine are copied to the same places there, such as /etc/pip.conf. What
is committed is tried.
"""

from __future__ import annotations

import asyncio
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from tests.e2e.newcomer import FAST, arriving
from tests.pages import ROOT, commands

NAME = "newcomer"


def fresh(root: Path, files: list[Path]) -> None:
    """Debian, and the repository's files in the home of somebody new."""
    packages = "--include=ca-certificates,sudo"
    subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", packages, "bookworm", str(root)], check=True)
    subprocess.run(["chroot", str(root), "useradd", "--create-home", "--shell", "/bin/bash", NAME], check=True)
    (root / "etc/sudoers.d/newcomer").write_text(f"{NAME} ALL=(ALL) NOPASSWD:ALL\n", encoding="utf-8")
    for path in [Path("/etc/resolv.conf"), *files]:
        shutil.copy(path, root / path.relative_to("/"))
    archive = subprocess.run(["git", "-C", str(ROOT), "archive", "HEAD"], check=True, capture_output=True).stdout
    home = root / "home" / NAME / "leadbell"
    home.mkdir()
    subprocess.run(["tar", "-x", "-C", str(home)], input=archive, check=True)
    subprocess.run(["chroot", str(root), "chown", "-R", NAME, f"/home/{NAME}"], check=True)


def typed(root: Path, line: str, settings: dict[str, str]) -> list[str]:
    """What runs the line in the repository's folder, as the new user."""
    named = " ".join(f"{name}={shlex.quote(text)}" for name, text in settings.items())
    return ["chroot", str(root), "su", "-", NAME, "-c", f"cd leadbell && {named} {line}"]


async def sees(root: Path) -> float:
    """Seconds until the demo's page is there."""
    [line] = commands("see it")
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *typed(root, f"exec {line} --port 8796", {}), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    said = (await process.stdout.readline()).decode()
    async with aiohttp.ClientSession() as session, session.get("http://127.0.0.1:8796/") as page:
        assert "<html" in (await page.text()).lower(), said
    seconds = time.monotonic() - began
    process.terminate()  # su hands it on
    await process.wait()
    return seconds


async def sets_up(root: Path, folder: Path) -> float:
    """Seconds from the line to the end; most of them are the installer's."""
    [line] = commands("have it")
    async with arriving(folder) as newcomer:
        began = time.monotonic()
        await newcomer.sets_up(program=typed(root, line, newcomer.environment | FAST), is_booted=False)
        return time.monotonic() - began


async def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "root"
        fresh(root, [Path(name) for name in sys.argv[1:]])
        sys.stdout.write(f"README's first line shows the demo after {await sees(root):.0f} s\n")
        sys.stdout.write(f"setup ends with a pressed test card after {await sets_up(root, Path(place)):.0f} s\n")


if __name__ == "__main__":
    asyncio.run(main())
