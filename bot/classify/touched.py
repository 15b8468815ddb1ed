"""What a pull request changes of a failing test."""

from collections.abc import Iterable

from bot.model.failure import Failure, FailureKind
from bot.model.run import ChangedFile

# What fails there is not the file's own doing.
OUTSIDE = (FailureKind.INFRA, FailureKind.EXIT)


def touches(failure: Failure, changed: Iterable[ChangedFile]) -> bool:
    """Whether a pull request changes the file of a failure.

    A log often shows a path from some folder on (`go test` the bare name), so that a changed file whose path
    ends in it counts, unless its package says that it is another: rather once too often, for it only stops
    an automatic re-run.
    """
    path = failure.file.removeprefix("./")
    return bool(path) and any(may_be(path, failure.suite, one.path) for one in changed)


def changes(path: str, changed: Iterable[ChangedFile]) -> bool:
    """Whether a pull request changes exactly this file."""
    return any(one.path == path for one in changed)


def adds(failure: Failure, changed: Iterable[ChangedFile]) -> str:
    """The file of the failure, as the pull request adds it; empty when it does not.

    This accuses somebody, so a bare file name counts only where the failure's package ends in the folder.
    """
    path = failure.file.removeprefix("./")
    if not path or failure.kind in OUTSIDE:
        return ""
    for one in changed:
        bare = "/" not in path and "/" in one.path and "/" not in failure.suite
        if one.status == "added" and not bare and may_be(path, failure.suite, one.path):
            return one.path
    return ""


def may_be(shown: str, package: str, path: str) -> bool:
    """Whether the path that a log shows, of a test in this package, is this path of the repository."""
    if shown == path:
        return True
    folder, _, name = path.rpartition("/")
    if shown == name and folder and "/" in package:
        return _ends_in(package, folder)
    return _ends_in(path, shown) or ("/" in path and _ends_in(shown, path))


def _ends_in(path: str, end: str) -> bool:
    return path == end or path.endswith(f"/{end}")
