"""Files that start the service with the machine: read by what reads them, or, where that is not here, as text."""

from __future__ import annotations

import plistlib
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bot.commands.setup import boot

COMMAND = ["/opt/100 % lead\\bell's/bin/leadbell", "run"]
FOLDER = Path("/srv/Sharma & Sons 100 % $HOME")


@pytest.mark.parametrize("kind", ["user", "system"])
def test_systemd_takes_a_unit_with_any_name_in_it(tmp_path: Path, kind: str) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze is installed")
    folder = tmp_path / "o'clock 100 % $HOME दुकान"
    folder.mkdir()
    program = folder / "leadbell"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    command = [str(program), "run"]
    made = (
        boot.systemd_user(folder, command, tmp_path)
        if kind == "user"
        else boot.systemd_system(folder, command, "daemon")
    )
    made.path.parent.mkdir(parents=True, exist_ok=True)
    made.path.write_bytes(made.content)
    ran = subprocess.run(["systemd-analyze", "verify", str(made.path)], capture_output=True, text=True, check=False)
    assert [line for line in (ran.stdout + ran.stderr).splitlines() if "leadbell" in line] == []


def test_a_unit_says_per_cent_and_dollar_as_systemd_wants_them() -> None:
    text = boot.systemd_system(FOLDER, COMMAND, "ravi").content.decode()
    assert 'ExecStart=/usr/bin/env "/opt/100 %% lead\\\\bell\'s/bin/leadbell" "run"\n' in text
    assert "WorkingDirectory=/srv/Sharma & Sons 100 %% $HOME\n" in text
    assert "User=ravi\n" in text


def test_the_system_units_command_names_the_file_as_a_shell_takes_it() -> None:
    made = boot.systemd_system(Path("/srv/it's"), COMMAND, "ravi")
    assert (
        made.commands[0] == "sudo install -m 644 '/srv/it'\\''s/leadbell.service' /etc/systemd/system/leadbell.service"
    )


def test_launchd_gets_a_property_list() -> None:
    made = boot.launchd(FOLDER, COMMAND, Path("/Users/ravi"))
    read = plistlib.loads(made.content)
    assert (read["ProgramArguments"], read["WorkingDirectory"]) == (COMMAND, str(FOLDER))
    assert (read["KeepAlive"], read["RunAtLoad"], read["Umask"]) == (True, True, 0o077)
    assert made.path == Path("/Users/ravi/Library/LaunchAgents/in.leadbell.plist")


def test_windows_gets_a_command_file_that_begins_again_and_knows_its_folder() -> None:
    made = boot.windows_task(FOLDER, COMMAND)
    lines = made.content.decode().split("\r\n")
    assert 'cd /d "/srv/Sharma & Sons 100 %% $HOME"' in lines
    assert '"/opt/100 %% lead\\bell\'s/bin/leadbell" "run" >>leadbell.log 2>&1' in lines
    assert lines.index(":again") < lines.index("goto again")


def test_nothing_that_windows_gets_is_found_in_place_of_the_program() -> None:
    """cmd.exe looks into its folder before PATH: `leadbell check` there would start a second service."""
    made = boot.windows_task(FOLDER, COMMAND)
    assert "leadbell" not in {path.stem.lower() for path in (made.path, *(path for path, _content in made.beside))}


def test_a_windows_task_runs_for_ever_on_battery_too_and_begins_again() -> None:
    made = boot.windows_task(FOLDER, COMMAND)
    (path, content), *others = made.beside
    assert not others
    assert made.commands[0].startswith(f'schtasks /create /f /tn Leadbell /xml "{path}" ')
    said = {one.tag.rpartition("}")[2]: one.text for one in ET.fromstring(content).iter()}  # noqa: S314 - ours
    wanted = {
        "ExecutionTimeLimit": "PT0S",
        "DisallowStartIfOnBatteries": "false",
        "StopIfGoingOnBatteries": "false",
        "Interval": "PT1M",
        "Command": f'"{made.path}"',
        "WorkingDirectory": str(FOLDER),
        "BootTrigger": None,
    }
    assert said | wanted == said


def test_a_command_file_of_the_programs_own_name_is_to_be_deleted_once_nothing_runs_it(tmp_path: Path) -> None:
    former = tmp_path / "leadbell.cmd"
    assert not [line for line in boot.windows_task(tmp_path, COMMAND).commands if line.startswith("del")]
    former.touch()
    commands = boot.windows_task(tmp_path, COMMAND).commands
    assert commands[1:3] == ("schtasks /end /tn Leadbell", f'del "{former}"')
    assert (commands[0].split()[1], commands[3].split()[1]) == ("/create", "/run")


def test_what_starts_is_this_installation() -> None:
    command = boot.own_command()
    assert Path(command[0]).is_absolute()
    assert command[-1] == "run"
