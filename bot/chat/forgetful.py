"""The library's application without its memory of whoever wrote or pressed."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from telegram.ext import Application

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Generator


class ForgetfulApplication(Application[Any, Any, Any, Any, Any, Any]):
    """For its persistence, which we have none of, the original notes the ids of each update's chat and person, and
    keeps them as long as it runs: strangers by the thousand would never be forgotten.
    """

    __slots__ = ()

    def create_task(
        self,
        coroutine: Generator[asyncio.Future[object], None, Any] | Awaitable[Any],
        update: object | None = None,  # noqa: ARG002 - what would be noted
        *,
        name: str | None = None,
    ) -> asyncio.Task[Any]:
        return super().create_task(coroutine, name=name)

    async def process_update(self, update: object) -> None:
        """The first handler that is for it has it."""
        try:
            for handler in chain.from_iterable(self.handlers.values()):
                check = handler.check_update(update)
                if check is not None and check is not False:
                    context = self.context_types.context.from_update(update, self)
                    await handler.handle_update(update, self, check, context)
                    return
        except Exception as error:  # noqa: BLE001 - whatever it is, the error handler has it
            await self.process_error(update=update, error=error)
