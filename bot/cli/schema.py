"""`retriage schema`: what a configuration may say, as JSON Schema, for editors and other programs."""

import argparse
import json

from bot.cli.terminal import EXIT_NOTHING, emit
from bot.repoconfig import config_schema, part_schema


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verb's grammar."""
    parser = verbs.add_parser("schema", help="print the JSON Schema of retriage.yml")
    parser.add_argument(
        "--folder", action="store_true", help="that of a file in the folder .github/retriage/"
    )
    parser.set_defaults(run=run)


def run(words: argparse.Namespace) -> int:
    """Print one JSON Schema."""
    emit(json.dumps(part_schema() if words.folder else config_schema(), ensure_ascii=False, indent=2))
    return EXIT_NOTHING
