"""`leadbell` and `python -m bot`: the command line, and what has to be there before it is loaded."""

import os
import signal
import sys

OLDEST = (3, 11)
ENDED_BY_SIGTERM = 128 + signal.SIGTERM
"""The exit code that a shell gives to who died of it."""
ENDED_BY_CTRL_C = 128 + signal.SIGINT


def main() -> None:
    # Whatever else is loaded may be a syntax error to an older one; this file and the package's own are none to 3.6.
    if sys.version_info < OLDEST:  # type: ignore[unreachable,unused-ignore]  # mypy only knows the one it checks for
        sys.exit(_too_old())
    if os.getpid() == 1:
        # In a container nobody dies of a signal that has no handler. The commands set their own when they begin.
        signal.signal(signal.SIGTERM, _end)
    _prepare_streams()
    try:
        _run()
    except KeyboardInterrupt:  # before a command has begun, which ends by itself
        sys.exit(ENDED_BY_CTRL_C)


def _run() -> None:
    from bot.cli import main as command  # noqa: PLC0415 - it takes a while
    from bot.commands.options import put_into_words  # noqa: PLC0415
    from bot.i18n import machines_language, speaking, told_to_libraries  # noqa: PLC0415

    with speaking(machines_language()), told_to_libraries():
        put_into_words(command)
        command(prog_name="leadbell")


def _too_old() -> str:
    return (
        f"Leadbell needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and this is {sys.version_info[0]}."
        f"{sys.version_info[1]} ({sys.executable}). Install a newer one from python.org, or run Leadbell's container."
    )


def _prepare_streams() -> None:
    """Whoever starts it may have closed them (`<&-`): then nobody answers, and nobody reads. What a terminal of another
    alphabet cannot show, in `--help` too, is a question mark.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - open to the end
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _end(_number: int, _frame: object) -> None:
    sys.exit(ENDED_BY_SIGTERM)


if __name__ == "__main__":
    main()
