"""Processes to be killed by the dozen: forked from one that has loaded what they need, which saves their start."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.process import BaseProcess

LOADED = ["tests.store.test_store_restore", "tests.store.test_store_sealing"]


def forked(target: Callable[..., None], *arguments: Any) -> BaseProcess:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    process = context.Process(target=target, args=arguments)
    process.start()
    return process


def exit_code(process: BaseProcess) -> int | None:
    process.join(60)
    code = process.exitcode
    process.kill()
    process.join()
    process.close()
    return code
