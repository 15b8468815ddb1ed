"""Paths that pytest prints, made relative to the repository, and whether they lie inside it."""

import posixpath
import re
import shlex
from dataclasses import dataclass

# Where CI services check a repository out: GitHub's runners (Linux, macOS, Windows, containers,
# Docker actions). https://docs.github.com/en/actions/reference/workflows-and-actions/variables
_CHECKOUT = re.compile(
    r"(?:/home/runner/work|/Users/runner/work|/__w|[A-Za-z]:/a)/[^/]{1,100}/[^/]{1,100}(?:/|$)|/github/workspace(?:/|$)"
)
_FOREIGN = (
    "site-packages/",
    "dist-packages/",
    "/lib/python3",
    "/lib64/python3",
    ".venv/",
    "venv/lib/",
    ".tox/",
    ".nox/",
)


@dataclass(frozen=True, slots=True)
class Roots:
    """Where a session ran: `rootdir` as printed, `inside` its place in the repository.

    `inside` is empty when the root is the repository's own or the log does not tell.
    """

    rootdir: str = ""
    inside: str = ""

    @classmethod
    def from_rootdir(cls, rootdir: str) -> "Roots":
        """Read `rootdir: /home/runner/work/shop/shop/api`."""
        root = rootdir.strip().replace("\\", "/").rstrip("/")
        checkout = _CHECKOUT.match(root + "/")
        return cls(root, (root + "/")[checkout.end() :].strip("/") if checkout else "")

    @property
    def is_checkout(self) -> bool:
        """Whether the root lies where CI services check repositories out."""
        return _CHECKOUT.match(self.rootdir + "/") is not None

    def rerun(self, node: str) -> str:
        """Give the command that runs this node id, or this path, from the repository's own root."""
        elsewhere = self.inside and not node.startswith((self.inside + "/", "/"))
        return f"pytest {shlex.quote(f'{self.inside}/{node}' if elsewhere else node)}"

    def relative(self, path: str) -> str:
        """Give a printed path as node ids have it: relative to the session's root."""
        clean = path.replace("\\", "/")
        return clean.removeprefix(self.rootdir + "/") if self.rootdir else clean

    def place(self, path: str) -> str:
        """Give a printed path relative to the repository, as far as the log allows it."""
        clean = path.strip().replace("\\", "/")
        checkout = _CHECKOUT.match(clean)
        if checkout:
            return clean[checkout.end() :]
        if self.rootdir and clean.startswith(self.rootdir + "/"):
            clean = clean[len(self.rootdir) + 1 :]
        if clean.startswith(("/", "<")) or clean[1:2] == ":":
            return clean
        if self.inside and not clean.startswith(self.inside + "/"):
            clean = f"{self.inside}/{clean}"
        return posixpath.normpath(clean)


def is_inside(placed: str) -> bool:
    """Whether a placed path can be a file of the repository, not the interpreter's or a library's."""
    if not placed or placed.startswith(("/", "<", "../")) or placed[1:2] == ":":
        return False
    return not any(mark in placed for mark in _FOREIGN)
