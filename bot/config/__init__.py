"""The settings: what they are, where they are read from, and what is said when they are wrong."""

from bot.config.addresses import Listen
from bot.config.catalogue import env_example, settings_table
from bot.config.layers import LoadedSettings, load_settings, read_given
from bot.config.settings import NO_CHAT, Settings
from bot.config.values import Rate

__all__ = [
    "NO_CHAT",
    "Listen",
    "LoadedSettings",
    "Rate",
    "Settings",
    "env_example",
    "load_settings",
    "read_given",
    "settings_table",
]
