"""`python -m bot` is `leadbell`."""

from bot.cli import main

if __name__ == "__main__":
    main(prog_name="leadbell")
