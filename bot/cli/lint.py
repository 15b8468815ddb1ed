"""`retriage lint`: everything that is wrong with a configuration, at once, without any network."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from bot.classify.generic import is_generic
from bot.cli.classify import render_problem
from bot.cli.terminal import EXIT_NOTHING, EXIT_WRONG_USE, emit, read_input
from bot.model.config import Problem
from bot.packs import load_packs
from bot.repoconfig import lint_signatures, parse_config
from bot.scan.engine import RegexEngine

DEFAULT_FILE = ".github/retriage.yml"


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verb's grammar."""
    parser = verbs.add_parser("lint", help="find what is wrong with a retriage.yml")
    parser.add_argument(
        "files", nargs="*", default=[DEFAULT_FILE], metavar="FILE", help=f"default: {DEFAULT_FILE}"
    )
    parser.add_argument("--format", choices=("text", "github"), default="text", help="github: annotations")
    parser.set_defaults(run=run)


def run(words: argparse.Namespace) -> int:
    """Print every finding; 2 when one of them is an error, as for any wrong configuration."""
    status = EXIT_NOTHING
    for name in words.files:
        data, _ = read_input(name)
        problems = lint(data, name)
        for problem in problems:
            emit(render_problem(problem) if words.format == "text" else annotation(problem))
        if any(problem.severity == "error" for problem in problems):
            status = EXIT_WRONG_USE
        elif not problems:
            emit(f"{name}: nothing to mend")
    return status


def lint(data: bytes, name: str) -> tuple[Problem, ...]:
    """The problems of the file itself, then those of its signatures."""
    config, problems = parse_config(data, Path(name).as_posix())
    if config is None:
        return problems
    today = datetime.now(UTC).date()
    return (*problems, *lint_signatures(config, RegexEngine(), is_generic, today, load_packs(config.packs)))


def annotation(problem: Problem) -> str:
    """As a workflow command that GitHub shows on the line.

    https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
    """
    text = f"{problem.message} {problem.fix}".strip()
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    place = f"file={problem.file},line={problem.line},col={problem.column}"
    return f"::{'error' if problem.severity == 'error' else 'warning'} {place}::{text}"
