"""Words that people type, a module for each language: read in any chat, whatever its language."""
