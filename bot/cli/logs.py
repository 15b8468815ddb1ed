"""Job logs that are named on the command line: files, folders of files, standard input."""

from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from bot.cli.terminal import each, input_file
from bot.errors import TellUser
from bot.model.kept import Found, Keep, LogOrigin, SearchedLog
from bot.model.signature import Pattern
from bot.ports import LogFile, LogReader

# Of a larger passing log not every line can be looked at; a failing one is judged by its failures' lines.
MOST = 64 * 1024 * 1024
# What `retriage test --update` writes beside a log.
BESIDE = (".expected.json",)


def find_logs(names: Iterable[str]) -> list[str]:
    """Every file that is named, and those below the folders that are, hidden ones left out, in order.

    Raises:
        TellUser: a folder has none, or cannot be read.
    """
    found: list[str] = []
    for name in names:
        path = Path(name)
        if name == "-" or not path.is_dir():
            found.append(name)
            continue
        try:
            below = sorted(one for one in path.rglob("*") if one.is_file() and _is_log(one.relative_to(path)))
        except OSError as error:
            raise TellUser(f"{name}: {error.strerror or error}") from error
        if not below:
            raise TellUser(f"{name}: there is no file in this folder; name job logs, plain or gzip")
        found += map(str, below)
    return list(dict.fromkeys(found))


def _is_log(path: Path) -> bool:
    return not path.name.endswith(BESIDE) and not any(part.startswith(".") for part in path.parts)


async def search_files(
    reader: LogReader,
    patterns: tuple[Pattern, ...],
    names: Iterable[str],
    *,
    passed: bool,
    workflow: str | None,
    job: str | None,
) -> AsyncIterator[SearchedLog]:
    """Read each log as a kept one is, and look for the patterns; `None`: any scope fits.

    Raises:
        TellUser: a file cannot be opened; the text names it.
    """
    for name in each(names, f"trying {'passing' if passed else 'failing'} log"):
        origin = LogOrigin(name, passed, workflow, job)
        with input_file(name) as path:
            yield SearchedLog(origin, await _search(reader, patterns, path, passed=passed))


async def _search(reader: LogReader, patterns: tuple[Pattern, ...], path: Path, *, passed: bool) -> Found:
    reading, text = await reader.read_and_keep(LogFile(str(path)), (), Keep(passed, MOST))
    if text is not None:
        return await reader.find(text.body, patterns)
    if not reading.complete:
        return Found(gap=reading.gap or "it is cut short")
    if not reading.lines:
        return Found(gap="it is empty")
    # A failing log in which no failure was found has none that a signature could match.
    return Found(gap=f"a passing log of more than {MOST >> 20} MiB is not judged") if passed else Found()
