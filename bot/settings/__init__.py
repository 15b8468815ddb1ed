"""The environment as one frozen value, with every problem reported at once.

The names are Probot's, which administrators know: https://probot.github.io/docs/configuration/
"""

from bot.settings.environment import Settings, SettingsError, read_database
from bot.settings.keys import Secret

__all__ = ["Secret", "Settings", "SettingsError", "read_database"]
