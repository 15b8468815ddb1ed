"""`retriage lint`: everything that is wrong with a configuration, at once, without any network."""

import argparse
from collections.abc import Mapping
from datetime import date

from bot.cli.configuration import (
    DEFAULT_FILE,
    annotation,
    lint,
    open_configuration,
    render_problem,
    warn_of_base,
)
from bot.cli.terminal import EXIT_NOTHING, EXIT_WRONG_USE, emit
from bot.repoconfig.lint import NO_HITS


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verb's grammar."""
    parser = verbs.add_parser("lint", help="find what is wrong with a retriage.yml")
    parser.add_argument(
        "files",
        nargs="*",
        default=[DEFAULT_FILE],
        metavar="FILE",
        help=f"default: {DEFAULT_FILE}; the folder beside it is read, too",
    )
    parser.add_argument(
        "--history",
        default="",
        metavar="OWNER/NAME",
        help="tell of idle signatures, by the server's database",
    )
    parser.add_argument("--format", choices=("text", "github"), default="text", help="github: annotations")
    parser.set_defaults(run=run)


def run(words: argparse.Namespace) -> int:
    """Print every finding; 2 when one of them is an error, as for any wrong configuration."""
    status, hits = EXIT_NOTHING, _last_hits(words.history) if words.history else NO_HITS
    for name in words.files:
        found = open_configuration(name)
        problems = lint(found, hits)
        for problem in problems:
            emit(render_problem(problem) if words.format == "text" else annotation(problem))
        if any(problem.severity == "error" for problem in problems):
            status = EXIT_WRONG_USE
        elif all(problem.severity == "notice" for problem in problems):
            emit(f"{name}: nothing to mend")
        warn_of_base(found)
    return status


def _last_hits(slug: str) -> Mapping[str, date]:
    """When each signature matched last in a repository; only this needs a database, and what opens it."""
    from bot.cli.history import last_hits  # noqa: PLC0415

    return last_hits(slug)
