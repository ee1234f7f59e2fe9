"""Pure words and rules. Nothing here does I/O or knows a setting."""
