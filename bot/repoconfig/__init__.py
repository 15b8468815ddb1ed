"""`.github/retriage.yml`: bytes to a configuration, or all of its problems with line and column."""

from bot.repoconfig.bundle import FOLDER, MAX_PARTS, MAX_PARTS_BYTES, is_part, parse_own, parse_stack
from bot.repoconfig.extends import DEFAULT_PATH, MAX_BASES, BaseName, base_name
from bot.repoconfig.jsonschema import config_schema, part_schema
from bot.repoconfig.lint import lint_signatures
from bot.repoconfig.schema import extends_of, parse_config

__all__ = [
    "DEFAULT_PATH",
    "FOLDER",
    "MAX_BASES",
    "MAX_PARTS",
    "MAX_PARTS_BYTES",
    "BaseName",
    "base_name",
    "config_schema",
    "extends_of",
    "is_part",
    "lint_signatures",
    "parse_config",
    "parse_own",
    "parse_stack",
    "part_schema",
]
