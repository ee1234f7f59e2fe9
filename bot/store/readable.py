"""Whether a database, or a backup, may be read by whoever is asking; and the sentence where it may not.

Asked before anything else: SQLite would say no more than that it cannot be opened, and that may be so for many reasons.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from bot.errors import StoreFullError
from bot.i18n import _, shown, systems

if TYPE_CHECKING:
    from pathlib import Path


def confirm(path: Path) -> None:
    """Raise StoreFullError where it may not be read, or its folder not be entered. One that is not there is no matter.

    It is not opened: to close it would give up the locks that this process has on it.
    """
    try:
        path.stat()
    except PermissionError as error:
        raise unreadable(path, error) from error
    except OSError:  # whoever opens it says what is wrong
        return
    if not is_allowed(path, os.R_OK):
        raise unreadable(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def is_allowed(path: Path, mode: int) -> bool:
    """As `os.access` has it, to the user who would open it."""
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def unreadable(path: Path, error: OSError) -> StoreFullError:
    reason = systems(error)
    if isinstance(error, PermissionError):
        said = _("{path} cannot be read ({reason}). Run this as the user to whom it belongs, or let this user read it.")
    else:
        said = _("{path} cannot be read ({reason}).")
    return StoreFullError(said.format(path=path, reason=shown(reason)), reason)
