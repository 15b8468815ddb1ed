"""GitHub's JSON of files and folders, with every field that its description requires."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from bot.demo.github.state import Entry, Repo, Special
from bot.demo.github.world import World

# A folder's list says of each file everything but its text.
HIDDEN = ("content", "encoding", "target", "submodule_git_url")


def content(world: World, repo: Repo, path: str, ref: str, entry: Entry) -> dict[str, Any]:
    """`content-file`, `content-symlink` or `content-submodule`."""
    data = entry if isinstance(entry, bytes) else b""
    found = {**_named(world, repo, path, ref, _blob(data)), "size": len(data)}
    if isinstance(entry, Special):
        where = "submodule_git_url" if entry.kind == "submodule" else "target"
        return {**found, "type": entry.kind, where: entry.target}
    return {
        **found,
        "type": "file",
        "encoding": "base64",
        "content": base64.encodebytes(data).decode("ascii"),
    }


def folder(world: World, repo: Repo, path: str, ref: str, files: Mapping[str, Entry]) -> list[dict[str, Any]]:
    """What lies directly in a folder: its files, and the folders below it."""
    listed: dict[str, dict[str, Any]] = {}
    for name, entry in sorted(files.items()):
        if not name.startswith(f"{path}/"):
            continue
        child, _, deeper = name[len(path) + 1 :].partition("/")
        full = f"{path}/{child}"
        if deeper:
            listed[full] = {**_named(world, repo, full, ref, _blob(full.encode())), "size": 0, "type": "dir"}
        else:
            made = content(world, repo, full, ref, entry)
            listed[full] = {key: value for key, value in made.items() if key not in HIDDEN}
    return list(listed.values())


def _blob(data: bytes) -> str:
    """Git's own name of a file's bytes (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects)."""
    return hashlib.sha1(b"blob %d\0%b" % (len(data), data), usedforsecurity=False).hexdigest()


def _named(world: World, repo: Repo, path: str, ref: str, sha: str) -> dict[str, Any]:
    url = f"{world.api}/repos/{repo.slug}/contents/{path}?ref={ref}"
    page = f"{world.web}/{repo.slug}/blob/{ref}/{path}"
    git = f"{world.api}/repos/{repo.slug}/git/blobs/{sha}"
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": sha,
        "url": url,
        "html_url": page,
        "git_url": git,
        "download_url": page,
        "_links": {"self": url, "git": git, "html": page},
    }
