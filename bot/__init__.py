"""Leadbell: a seller's IndiaMART leads, in the sales team's Telegram group."""

__version__ = "0.2.0"
