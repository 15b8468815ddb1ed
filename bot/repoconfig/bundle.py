"""A configuration in all its files: the repository's own, the folder beside it, and what it extends."""

from collections.abc import Sequence

from bot.model.config import ConfigText, Problem, RepoConfig
from bot.repoconfig.extends import add_parts, build_on
from bot.repoconfig.schema import parse_config, parse_part
from bot.repoconfig.tree import MAX_BYTES

FOLDER = ".github/retriage"
ENDINGS = (".yml", ".yaml")
# One file for each flake; every one of them is a request to GitHub when it changes.
MAX_PARTS = 100
# All of them together are reviewed by people, too.
MAX_PARTS_BYTES = 8 * MAX_BYTES


def parse_own(
    file: ConfigText | None, parts: Sequence[ConfigText]
) -> tuple[RepoConfig | None, tuple[Problem, ...]]:
    """Read a configuration file with the folder beside it; never raises.

    Returns:
        The configuration and no problem, or `None` and every problem of every file.
    """
    name, commit = (file.file, file.commit) if file else (f"{FOLDER}/", parts[0].commit if parts else "")
    config, found = parse_config(file.data if file else b"", name, commit)
    problems = [*too_much(parts), *found]
    for part in parts:
        signatures, wrong = parse_part(part.data, part.file)
        problems += wrong
        if config is not None and signatures:
            config = add_parts(config, signatures)
    return (None, tuple(problems)) if problems or config is None else (config, ())


def too_much(parts: Sequence[ConfigText]) -> tuple[Problem, ...]:
    """A folder over the limits is named at the file that is too much."""
    if len(parts) > MAX_PARTS:
        message = f"this is file {MAX_PARTS + 1} of {len(parts)}, at most {MAX_PARTS} are read"
        return (Problem(parts[MAX_PARTS].file, 1, 1, message, "put several signatures into one file"),)
    size = 0
    for part in parts:
        size += len(part.data)
        if size > MAX_PARTS_BYTES:
            message = f"the folder has more than {MAX_PARTS_BYTES} bytes, counted up to this file"
            return (Problem(part.file, 1, 1, message, "shorten the examples, or name files in them"),)
    return ()


def is_part(path: str) -> bool:
    """Whether a file of the folder is one of ours."""
    return path.endswith(ENDINGS) and not path.rpartition("/")[2].startswith(".")


def parse_stack(
    own: ConfigText | None, parts: Sequence[ConfigText], bases: Sequence[ConfigText]
) -> tuple[RepoConfig | None, tuple[Problem, ...]]:
    """Read the repository's own configuration on top of what it extends, the nearest first; never raises.

    Of a base only the places of its problems are told: its text may be another repository's secret.
    """
    config, problems = parse_own(own, parts)
    if config is None:
        return None, problems
    for base in bases:
        below, wrong = parse_config(base.data, base.file, base.commit)
        if below is None:
            return None, (_hidden(wrong),)
        config = build_on(config, below)
    return config, ()


def _hidden(problems: Sequence[Problem]) -> Problem:
    first = problems[0]
    message = f"it is wrong here ({len(problems)} problem{'' if len(problems) == 1 else 's'} in all)"
    return Problem(first.file, first.line, first.column, message, "run `retriage lint` where it stands")
