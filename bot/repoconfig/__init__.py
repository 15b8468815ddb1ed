"""`.github/retriage.yml`: bytes to a configuration, or all of its problems with line and column."""

from bot.repoconfig.lint import lint_signatures
from bot.repoconfig.schema import parse_config

__all__ = ["lint_signatures", "parse_config"]
