"""How leads come in: polled, pushed, or brought in files."""
