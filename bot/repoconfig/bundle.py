"""A configuration in all its files: the repository's own, the folder beside it, and what it extends."""

from collections.abc import Sequence

from bot.model.config import CONFIG_FOLDER, ConfigText, Problem, RepoConfig
from bot.repoconfig.extends import add_parts, build_on
from bot.repoconfig.schema import draft_config, draft_part, parse_config
from bot.repoconfig.tree import MAX_BYTES

FOLDER = CONFIG_FOLDER
ENDINGS = (".yml", ".yaml")
# One file for each flake; every one of them is a request to GitHub when it changes.
MAX_PARTS = 100
# All of them together are reviewed by people, too.
MAX_PARTS_BYTES = 8 * MAX_BYTES


def parse_own(
    file: ConfigText | None, parts: Sequence[ConfigText]
) -> tuple[RepoConfig | None, tuple[Problem, ...]]:
    """Read a configuration file with the folder beside it, to be used; never raises.

    Returns:
        The configuration and no problem, or `None` and every problem of every file.
    """
    config, problems = draft_own(file, parts)
    return (None, problems) if problems else (config, ())


def draft_own(file: ConfigText | None, parts: Sequence[ConfigText]) -> tuple[RepoConfig, tuple[Problem, ...]]:
    """Read what can be read of both, for those who look for more mistakes; never raises."""
    name, commit = (file.file, file.commit) if file else (f"{FOLDER}/", parts[0].commit if parts else "")
    config, found = draft_config(file.data if file else b"", name, commit)
    problems = [*too_much(parts), *found]
    for part in parts:
        signatures, wrong = draft_part(part.data, part.file)
        problems += wrong
        config = add_parts(config, signatures)
    return config, tuple(problems)


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
