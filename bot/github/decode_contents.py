"""GitHub's JSON of files, folders and commits as values; what raises is said in `decode`."""

import base64
from typing import Any

from bot.errors import TellUser
from bot.github.decode import checked_number, checked_text
from bot.model.run import Commit, Comparison
from bot.ports import FileAtCommit
from bot.ports.github import FolderEntry


def comparison(data: Any) -> Comparison:
    """Read what two commits have in common, and what the second adds.

    https://docs.github.com/en/rest/commits/commits#compare-two-commits
    """
    return Comparison(
        merge_base=checked_text(data["merge_base_commit"]["sha"]),
        commits=tuple(
            Commit(sha=checked_text(one["sha"]), message=checked_text(one["commit"].get("message") or ""))
            for one in data["commits"]
        ),
        total=checked_number(data["total_commits"]),
    )


def branch_commit(data: Any) -> str:
    """Read a branch's newest commit.

    https://docs.github.com/en/rest/branches/branches#get-a-branch
    """
    return checked_text(data["commit"]["sha"])


def file(data: Any, path: str, commit: str, limit: int) -> FileAtCommit | None:
    """Read a file with its bytes; `None` for a folder.

    https://docs.github.com/en/rest/repos/contents#get-repository-content

    Raises:
        TellUser: it is a symbolic link, a submodule, or longer than `limit` bytes.
    """
    if isinstance(data, list):
        return None  # a folder
    kind, size = data.get("type") or "file", checked_number(data.get("size") or 0)
    if kind != "file":
        message = f"{path} at {commit} is a {kind}: make it a regular file"
        raise TellUser(message)
    if size > limit:
        message = f"{path} at {commit} has {size} bytes, more than {limit}: make it shorter"
        raise TellUser(message)
    if data["encoding"] != "base64":
        message = "an encoding that is not documented"
        raise ValueError(message)
    return FileAtCommit(path, commit, base64.b64decode(data["content"]))


def folder(data: Any) -> tuple[FolderEntry, ...]:
    """Read a folder's list; empty for a file.

    https://docs.github.com/en/rest/repos/contents#get-repository-content
    """
    if not isinstance(data, list):
        return ()
    return tuple(
        FolderEntry(
            path=checked_text(entry["path"]),
            kind=checked_text(entry["type"]),
            size=checked_number(entry.get("size") or 0),
            blob=checked_text(entry["sha"]),
        )
        for entry in data
    )
