"""What starts Leadbell with the machine: a systemd unit, a launchd agent, a scheduled task of Windows.

The files are written and shown, the commands that switch them on are told: they change the machine, and some want root.
"""

from __future__ import annotations

import asyncio
import os
import plistlib
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from bot.chat.check_line import CheckLine
from bot.commands.setup.dialogue import Question
from bot.errors import LeadbellError
from bot.i18n import _, shown, systems

if TYPE_CHECKING:
    from bot.commands.setup.dialogue import Dialogue

LABEL: Final = "in.leadbell"
NO: Final = "no"
_UNIT: Final = """\
[Unit]
Description=Leadbell
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/env {command}
WorkingDirectory={folder}
{user}Restart=always
RestartSec=5
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy={target}
"""
HIDES: Final = ("leadbell.cmd", "leadbell.bat")
"""cmd.exe looks into the folder it stands in before PATH: whoever types `leadbell check` beside such a file runs it."""
_TASK: Final = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Triggers>
    <BootTrigger />
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>Password</LogonType>
    </Principal>
  </Principals>
  <Settings>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>255</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{program}</Command>
      <WorkingDirectory>{folder}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""
"""The switches of `schtasks /create` cannot say it: what they make is ended after three days, and without mains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """A file that starts the service, and the commands that switch it on."""

    path: Path
    content: bytes
    commands: tuple[str, ...]
    note: str = ""
    beside: tuple[tuple[Path, bytes], ...] = ()
    """Further files that the commands want."""


def own_command() -> list[str]:
    """What starts this very installation, whatever the folder."""
    script = Path(sys.executable).with_name("leadbell.exe" if os.name == "nt" else "leadbell")
    return [str(script), "run"] if script.exists() else [sys.executable, "-m", "bot", "run"]


def systemd_user(folder: Path, command: list[str], home: Path) -> Starter:
    return Starter(
        path=home / ".config/systemd/user/leadbell.service",
        content=_unit(folder, command, user="", target="default.target"),
        commands=("systemctl --user daemon-reload", "systemctl --user enable --now leadbell", "loginctl enable-linger"),
        note=_("The last line lets it run while nobody is logged in. What it says: journalctl --user -u leadbell"),
    )


def systemd_system(folder: Path, command: list[str], user: str) -> Starter:
    """Beside `.env`: it is put to its place as root."""
    path = folder / "leadbell.service"
    return Starter(
        path=path,
        content=_unit(folder, command, user=f"User={user}\n", target="multi-user.target"),
        commands=(
            f"sudo install -m 644 {_shell(str(path))} /etc/systemd/system/leadbell.service",
            "sudo systemctl daemon-reload",
            "sudo systemctl enable --now leadbell",
        ),
        note=_("What it says: journalctl -u leadbell"),
    )


def launchd(folder: Path, command: list[str], home: Path) -> Starter:
    path = home / "Library/LaunchAgents" / f"{LABEL}.plist"
    log = str(folder / "leadbell.log")
    content = plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": command,
            "WorkingDirectory": str(folder),
            "RunAtLoad": True,
            "KeepAlive": True,
            "Umask": 0o077,
            "StandardOutPath": log,
            "StandardErrorPath": log,
        }
    )
    return Starter(
        path=path, content=content, commands=(f"launchctl load -w {_shell(str(path))}",), note=_("What it says: ") + log
    )


def windows_task(folder: Path, command: list[str]) -> Starter:
    """A command file, which keeps a log and begins anew by itself where the service ends, and the task that runs it.

    Neither has our program's name, see `HIDES`; what has it is to be deleted once nothing runs it any more.
    """
    path, task = folder / "start-leadbell.cmd", folder / "leadbell-task.xml"
    line = " ".join(f'"{_batch(part)}"' for part in command)
    lines = [
        "@echo off",
        "chcp 65001 >nul",
        f'cd /d "{_batch(str(folder))}"',
        ":again",
        f"{line} >>leadbell.log 2>&1",
        "timeout /t 5 /nobreak >nul",
        "goto again",
    ]
    former = [f'del "{folder / name}"' for name in HIDES if (folder / name).exists()]
    return Starter(
        path=path,
        content="\r\n".join([*lines, ""]).encode(),
        commands=(
            f'schtasks /create /f /tn Leadbell /xml "{task}" /ru "%USERNAME%" /rp *',
            *(["schtasks /end /tn Leadbell", *former] if former else []),
            "schtasks /run /tn Leadbell",
        ),
        note=_("Type these as administrator; the first asks for your Windows password. What it says: leadbell.log"),
        beside=((task, _TASK.format(program=escape(f'"{path}"'), folder=escape(str(folder))).encode("utf-16")),),
    )


def _unit(folder: Path, command: list[str], *, user: str, target: str) -> bytes:
    text = _UNIT.format(
        command=" ".join(map(_unit_word, command)), folder=_percent(str(folder)), user=user, target=target
    )
    return text.encode()


def _unit_word(text: str) -> str:
    """systemd.service(5): quoted; % begins a specifier and $ a variable. The program itself, which is `env` for that
    reason, may hold neither quotes nor $.
    """
    escaped = _percent(text).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{escaped}"'


def _percent(text: str) -> str:
    return text.replace("%", "%%")


def _batch(text: str) -> str:
    return text.replace("%", "%%")


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


async def offer(dialogue: Dialogue, folder: Path) -> str:
    """How the service is started; empty where somebody starts it by hand."""
    starters = _possible(folder)
    if not starters:
        return ""
    choices = [*((name, meaning) for name, (meaning, _starter) in starters.items()), (NO, _("by hand: leadbell run"))]
    text = _("Shall Leadbell start by itself with the machine?")
    first = choices[0][0]
    chosen = await dialogue.ask(Question(text=text, choices=tuple(choices), default=first, yes=first, no=NO))
    if chosen == NO:
        return ""
    starter = starters[chosen][1]
    _write(starter)
    dialogue.tell(f"{starter.path}:\n\n{starter.content.decode()}")
    if (line := await _verified(starter)) is not None:
        dialogue.show(line)
    return "\n".join([_("It starts with:"), *(f"  {command}" for command in starter.commands), starter.note])


def _possible(folder: Path) -> dict[str, tuple[str, Starter]]:
    """By name, with what each means; the best first."""
    command, home = own_command(), _home()
    if any(not part.isprintable() for part in (str(folder), *command)):
        return {}
    if sys.platform == "win32":
        return {"task": (_("a scheduled task"), windows_task(folder, command))}
    if sys.platform == "darwin" and home is not None:
        return {"launchd": (_("a launchd agent"), launchd(folder, command, home))}
    if shutil.which("systemctl") is None:
        return {}
    system = _("a systemd service of the machine"), systemd_system(folder, command, _owner(folder))
    if os.geteuid() == 0 or home is None:
        return {"system": system}
    return {"user": (_("a systemd service of yours"), systemd_user(folder, command, home)), "system": system}


def _home() -> Path | None:
    """None for an account that has none."""
    try:
        return Path.home()
    except RuntimeError:
        return None


def _owner(folder: Path) -> str:
    """Systemd takes the number of an account without a name, as containers have them."""
    try:
        return folder.owner()
    except KeyError:
        return str(folder.stat().st_uid)


def _write(starter: Starter) -> None:
    for path, content in ((starter.path, starter.content), *starter.beside):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise LeadbellError(
                _("{path} cannot be written ({reason}).").format(path=path, reason=shown(systems(error)))
            ) from error


async def _verified(starter: Starter) -> CheckLine | None:
    """What systemd itself thinks of it; nothing where it cannot be asked."""
    program = shutil.which("systemd-analyze")
    if program is None or starter.path.suffix != ".service":
        return None
    # Not with --user, which wants a session; what stands in the file means the same.
    process = await asyncio.create_subprocess_exec(
        program, "verify", str(starter.path), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _nothing = await process.communicate()
    lines = [line for line in said.decode(errors="replace").splitlines() if "leadbell" in line]
    if process.returncode == 0 and not lines:
        return CheckLine(True, _("systemd finds nothing wrong with it."))
    return CheckLine(process.returncode == 0, _("systemd says: {words}").format(words=" ".join(lines) or said.decode()))
