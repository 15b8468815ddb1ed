"""A configuration on this machine: the file, the folder beside it, and everything that is wrong with them."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from bot.classify.generic import is_generic
from bot.cli.terminal import read_input, say
from bot.errors import TellUser
from bot.model.config import ConfigText, Problem, RepoConfig
from bot.packs import load_packs
from bot.repoconfig import is_part, lint_signatures
from bot.repoconfig.bundle import draft_own
from bot.repoconfig.lint import NO_HITS
from bot.scan.engine import RegexEngine

DEFAULT_FILE = ".github/retriage.yml"


@dataclass(frozen=True, slots=True)
class Configuration:
    """What was read; `draft` is what could be, `folder` is where its examples lie."""

    name: str
    draft: RepoConfig
    problems: tuple[Problem, ...]
    folder: Path

    @property
    def config(self) -> RepoConfig | None:
        """The configuration; `None` when it cannot be used."""
        return None if self.problems else self.draft


def open_configuration(name: str) -> Configuration:
    """Read a file with the folder beside it, or the folder alone where there is no file; - is standard input.

    Raises:
        TellUser: neither can be read.
    """
    if name == "-":
        data, _ = read_input(name)
        return Configuration(name, *draft_own(ConfigText("-", data), ()), Path())
    path = Path(name)
    if _is_of_folder(path):
        return Configuration(name, *draft_own(None, (_part(path),)), path.parent.parent)
    beside = path if path.is_dir() else path.with_suffix("")
    parts = _parts(beside)
    own = None
    if path.is_dir():
        _check_folder(path, parts)
    elif path.exists() or not parts:
        data, _ = read_input(name)
        own = ConfigText(path.as_posix(), data)
    return Configuration(name, *draft_own(own, parts), path.parent)


def _check_folder(path: Path, parts: Sequence[ConfigText]) -> None:
    """A folder that is no folder of signatures would look clean, or wrong in every key.

    Raises:
        TellUser: it has no file of signatures, or is the one that the configuration lies in.
    """
    around = path / Path(DEFAULT_FILE).name
    if around.is_file() and path.resolve().name != around.stem:
        raise TellUser(f"{path}: this is the folder around the configuration; name {around}")
    if not parts:
        raise TellUser(f"{path}: there is no .yml or .yaml file in this folder")


def _parts(folder: Path) -> tuple[ConfigText, ...]:
    """The folder's files in the order of their names, as GitHub lists them."""
    if not folder.is_dir():
        return ()
    paths = sorted(path for path in folder.iterdir() if path.is_file() and is_part(path.name))
    return tuple(map(_part, paths))


def _part(path: Path) -> ConfigText:
    return ConfigText(path.as_posix(), read_input(str(path))[0])


def _is_of_folder(path: Path) -> bool:
    """Whether this is one file of `.github/retriage/`, as editors and hooks name it."""
    return is_part(path.name) and path.is_file() and path.resolve().parent.parts[-2:] == _FOLDER


_FOLDER = Path(DEFAULT_FILE).with_suffix("").parts


def whole(name: str) -> str:
    """The configuration that `.github/retriage/`, or a file of it, is part of; other names as they are."""
    path = Path(name)
    folder = path.parent if _is_of_folder(path) else path
    if not folder.is_dir() or folder.resolve().parts[-2:] != _FOLDER:
        return name
    found = folder.resolve().with_suffix(".yml")
    return found.as_posix() if path.is_absolute() else Path(os.path.relpath(found)).as_posix()


def lint(found: Configuration, last_hits: Mapping[str, date] = NO_HITS) -> tuple[Problem, ...]:
    """The problems of the files themselves and of their signatures, file by file from top to bottom."""
    today, packs = datetime.now(UTC).date(), load_packs(found.draft.packs)
    more = lint_signatures(
        found.draft, RegexEngine(), is_generic, today, packs, found.problems, last_hits=last_hits
    )
    every = (*found.problems, *more)
    first = found.draft.source
    return tuple(sorted(every, key=lambda one: (one.file != first, one.file, one.line, one.column)))


def render_problem(problem: Problem) -> str:
    """`file:line:column: severity: message (fix)`, as editors understand it."""
    fix = f" ({problem.fix})" if problem.fix else ""
    return f"{problem.file}:{problem.line}:{problem.column}: {problem.severity}: {problem.message}{fix}"


def warn_of_base(found: Configuration) -> None:
    """Say that what a file extends is not part of what was read: it lies on GitHub."""
    if found.config is not None and found.config.extends:
        say(f"{found.name}: what it extends, {found.config.extends}, is on GitHub and was not read")


def annotation(problem: Problem) -> str:
    """As a workflow command that GitHub shows on the line, what to write instead below what is wrong.

    https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands

    The escapes are those of the runner itself (actions/toolkit, packages/core/src/command.ts): properties
    end at a comma and begin after a colon, a message ends with its line.
    """
    text = "\n".join(part for part in (problem.message, problem.fix and f"Instead: {problem.fix}") if part)
    properties = {
        "file": problem.file,
        "line": str(problem.line),
        "col": str(problem.column),
        "title": "Retriage's configuration",
    }
    shown = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{problem.severity} {shown}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
