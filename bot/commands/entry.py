"""What each command of the command line runs, loaded only when it is one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.config import LoadedSettings, Settings


class Commands:
    """All but `run`, `demo` and `restore` may run beside the service. A `bool` is whether all went well."""

    async def run(self, settings: Settings) -> None:
        from bot.commands import run as service  # noqa: PLC0415 - only here

        await service.run(settings)

    async def demo(self, *, port: int | None, host: str, names: tuple[str, ...]) -> None:
        from bot.commands import run as service  # noqa: PLC0415 - only here

        await service.demo(port=port, host=host, names=names)

    async def check(self, loaded: LoadedSettings, *, post: bool, account: str | None) -> bool:
        from bot.commands.check import report  # noqa: PLC0415 - only here
        from bot.commands.setup.terminal import Terminal  # noqa: PLC0415 - only here

        # What only a person may decide is asked where one sits at a terminal.
        ask = Terminal().ask_no if sys.stdin.isatty() else None
        return await report(loaded, account=account, ask=ask, has_card=post)

    async def setup(self, *, web: bool) -> bool:
        from bot.commands.setup.start import in_browser, in_terminal  # noqa: PLC0415 - only here

        return await (in_browser() if web else in_terminal())

    async def backfill(self, settings: Settings, *, days: int, account: str) -> None:
        from bot.commands.backfill import run as fetch  # noqa: PLC0415 - only here

        await fetch(settings, days, account)

    async def import_leads(
        self, settings: Settings, path: Path, *, columns: Sequence[str], dry: bool, strict: bool, account: str
    ) -> bool:
        from bot.commands import importing  # noqa: PLC0415 - only here

        options = importing.ImportOptions(columns=columns, is_dry=dry, is_strict=strict, account=account)
        return await importing.import_file(settings, path, options)

    async def export_leads(
        self, settings: Settings, path: Path, *, since: str | None, until: str | None, force: bool, account: str
    ) -> bool:
        from bot.commands import exporting  # noqa: PLC0415 - only here

        return await exporting.export_file(settings, path, since=since, until=until, force=force, account=account)

    async def accounts(self, settings: Settings) -> bool:
        from bot.commands.accounts import changing  # noqa: PLC0415 - only here

        return await changing.tell_all(settings)

    async def status(self, settings: Settings, *, is_json: bool) -> bool:
        from bot.commands import status  # noqa: PLC0415 - only here

        return await status.report(settings, is_json=is_json)

    async def add_account(self, settings: Settings, name: str, words: Sequence[str]) -> bool:
        from bot.commands.accounts import adding  # noqa: PLC0415 - only here

        return await adding.add(settings, name, words, dialogue=adding.at_terminal())

    async def show_account(self, settings: Settings, name: str) -> bool:
        from bot.commands.accounts import changing  # noqa: PLC0415 - only here

        return await changing.show(settings, name)

    async def set_account(self, settings: Settings, name: str, words: Sequence[str]) -> bool:
        from bot.commands.accounts import changing  # noqa: PLC0415 - only here

        return await changing.change(settings, name, words)

    async def pause_account(self, settings: Settings, name: str, *, ends: bool) -> bool:
        from bot.commands.accounts import changing  # noqa: PLC0415 - only here

        return await changing.pause(settings, name, ends=ends)

    async def remove_account(self, settings: Settings, name: str, *, path: Path | None, is_sure: bool) -> bool:
        from bot.commands.accounts import removing  # noqa: PLC0415 - only here

        return await removing.remove(settings, name, path=path, is_sure=is_sure)

    async def forget(self, settings: Settings, contact: str, *, is_urgent: bool, is_sure: bool, account: str) -> bool:
        from bot.commands import forgetting  # noqa: PLC0415 - only here

        return await forgetting.run(settings, contact, is_urgent=is_urgent, is_sure=is_sure, account=account)

    async def tell_buyer(self, settings: Settings, contact: str, *, folder: Path, account: str, force: bool) -> bool:
        from bot.commands import forgetting  # noqa: PLC0415 - only here

        return await forgetting.tell(settings, contact, folder=folder, account=account, force=force)

    async def breach(self, settings: Settings, *, since: str | None, account: str) -> bool:
        from bot.commands import auditing  # noqa: PLC0415 - only here

        return await auditing.breach(settings, since=since, account=account)

    async def audit(
        self, settings: Settings, *, person: str | None, lead: int | None, since: str | None, account: str
    ) -> bool:
        from bot.commands import auditing  # noqa: PLC0415 - only here

        return await auditing.report(settings, person=person, lead=lead, since=since, account=account)

    async def backup(self, settings: Settings, path: Path, *, force: bool) -> bool:
        from bot.commands import backup as backups  # noqa: PLC0415 - only here

        return await backups.copy(settings, path, force=force)

    async def restore(self, settings: Settings, path: Path) -> bool:
        from bot.commands import backup as backups  # noqa: PLC0415 - only here

        return await backups.put_back(settings, path)

    async def salvage(self, settings: Settings, path: Path, *, force: bool) -> bool:
        from bot.commands import backup as backups  # noqa: PLC0415 - only here

        return await backups.rescue(settings, path, force=force)

    async def copy(self, settings: Settings, address: str) -> bool:
        from bot.commands import copying  # noqa: PLC0415 - only here

        return await copying.run(settings, address)
