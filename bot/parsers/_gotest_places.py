"""Where things are: stack frames, and paths relative to the repository.

Go prints base names for a test's own messages, absolute paths in stack traces, paths relative to the working
directory in compiler errors, and import paths everywhere. Each place where two of them meet teaches which
folder of the repository a package lives in.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.parsers._gotest_lines import Line

# `/home/runner/work/<repo>/<repo>/`, `/__w/<repo>/<repo>/` in containers, `D:/a/<repo>/<repo>/` on Windows.
# https://docs.github.com/en/actions/reference/workflows-and-actions/variables (GITHUB_WORKSPACE)
WORKSPACE = re.compile(r"(?:[A-Za-z]:)?(?:/[^/]+){0,5}/(?:_?work|__w|a)/([^/]+)/\1/(.+)$")
CONTAINER = "/github/workspace/"
FRAME = re.compile(
    r"\s+((?:[A-Za-z]:)?[^\s:]+\.(?:go|s|c|cc|cpp|cgo)):(\d{1,9})"
    r"(?: \+0x[0-9a-f]+)?(?: fp=\S+ sp=\S+ pc=\S+)?$"
)
TEST_FUNCTION = re.compile(r"\.((?:Test|Fuzz|Benchmark|Example)[A-Z_0-9]?\w*)(?:\.func|\.gowrap|$|\[|\.\d)")
# Where the first element of an import path is a standard library's, the code is Go's own.
STANDARD = frozenset({
    "archive", "bufio", "bytes", "cmp", "compress", "container", "context", "crypto", "database", "debug",
    "embed", "encoding", "errors", "expvar", "flag", "fmt", "go", "hash", "html", "image", "index",
    "internal", "io", "iter", "log", "maps", "math", "mime", "net", "os", "path", "plugin", "reflect",
    "regexp", "runtime", "slices", "sort", "strconv", "strings", "structs", "sync", "syscall", "testing",
    "text", "time", "unicode", "unique", "unsafe", "vendor", "weak",
})  # fmt: skip
# Hosts whose import paths are `host/owner/repository/folder`.
HOSTS = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"})
# GitLab's groups have groups inside them: https://docs.gitlab.com/user/group/subgroups/
SURE_HOSTS = HOSTS - {"gitlab.com"}
CHECKOUT = re.compile(r"/(?:_?work|__w|a)/([^/\s]{1,100})/\1(?=[/'\s\"]|$)")
OWN_FILE = re.compile(r"(?: {4}|Error Trace:\s{1,8})((?:[A-Za-z]:)?[\\/][^\s:]+_test\.go):\d+(?:: |:?$)")
MAX_LESSONS = 5_000
MAX_PATH = 1_000


@dataclass(frozen=True, slots=True)
class Frame:
    """One call of a stack trace."""

    function: str
    path: str
    line: int
    number: int

    @property
    def package(self) -> str:
        """Import path of the function's package; external test packages count as the one they test."""
        dot = self.function.find(".", self.function.rfind("/") + 1)
        name = self.function[:dot] if dot >= 0 else ""
        return name.replace("%2e", ".").removesuffix("_test")

    @property
    def test(self) -> str:
        """Top-level test that the function is, or is a part of; empty if it is none."""
        match = TEST_FUNCTION.search(self.function)
        return match[1] if match and match[1] != "TestMain" else ""


def read_frames(lines: Iterable[Line]) -> list[Frame]:
    """Read the calls of every stack trace in these lines, also indented ones and the race detector's."""
    frames: list[Frame] = []
    above = ""
    for line in lines:
        if ".go:" in line.text and above and (match := FRAME.match(line.text)):
            frames.append(
                Frame(_read_function(above), match[1].replace("\\", "/"), int(match[2]), line.number)
            )
        above = line.text.strip()
    return frames


def _read_function(text: str) -> str:
    text = text.removeprefix("created by ").partition(" in goroutine ")[0]
    return text[: text.rfind("(")] if text.endswith(")") else text


def is_own(frame: Frame, suite: str) -> bool:
    """Tell whether a frame is the repository's own code: not Go's, not a dependency's."""
    first = frame.package.partition("/")[0]
    if not frame.package or frame.path.endswith("_testmain.go") or not frame.path.endswith(".go"):
        return False
    if first in STANDARD and first != suite.partition("/")[0]:
        return False
    return not any(part in frame.path for part in ("/pkg/mod/", "/vendor/", "@v"))


class Places:
    """Folders of packages, learned from the log."""

    def __init__(self) -> None:
        self._roots: dict[str, str] = {}
        self._repository = ""

    def learn_repository(self, lines: Iterable[Line]) -> None:
        """Learn the repository's name from the runner's workspace, which the checkout names in any job."""
        for line in lines:
            if "/" in line.text and (match := CHECKOUT.search(line.text[:MAX_PATH])):
                self._repository = match[1]
                return

    def learn_build(self, package: str, path: str) -> None:
        """Learn from a compiler error: Go prints its path relative to the folder that it was called in."""
        sure = package.partition("/")[0] in SURE_HOSTS or path.startswith(("/", "../"))
        if not sure and "/" in path and package.endswith("/" + path.rpartition("/")[0].removeprefix("./")):
            self.learn(package, path.removeprefix("./"))

    def learn(self, package: str, path: str) -> None:
        """Remember that a file at this path of the repository belongs to the package."""
        names, folders = package.split("/"), path.split("/")[:-1]
        same = 0
        while same < min(len(names) - 1, len(folders)) and names[-1 - same] == folders[-1 - same]:
            same += 1
        prefix = "/".join(names[: len(names) - same])
        self._roots.setdefault(prefix, "/".join(folders[: len(folders) - same]))

    def learn_frames(self, frames: Iterable[Frame]) -> None:
        """Learn from stack frames that lie in the runner's workspace."""
        for count, frame in enumerate(frames):
            relative = self.relative(frame.path)
            if count < MAX_LESSONS and relative and is_own(frame, "") and frame.package != "main":
                self.learn(frame.package, relative)

    def learn_lines(self, package: str, lines: Iterable[Line]) -> None:
        """Learn from absolute paths that tests print of their own files (`-fullpath`, testify)."""
        for line in lines:
            if "_test.go:" in line.text and package and (match := OWN_FILE.search(line.text[:MAX_PATH])):
                relative = self.relative(match[1].replace("\\", "/"))
                if relative:
                    self.learn(package, relative)
                    return

    def learn_packages(self, packages: Iterable[str]) -> None:
        """Learn the module's path where its root package was tested beside others of its packages."""
        names = {name for name in packages if name}
        root = min(names, key=len, default="")
        if len(names) > 1 and "." in root and all(n == root or n.startswith(f"{root}/") for n in names):
            self._roots.setdefault(root, "")

    def _find_root(self, package: str) -> tuple[str, str] | None:
        parts = package.split("/")
        for length in range(len(parts), 0, -1):
            prefix = "/".join(parts[:length])
            if prefix in self._roots:
                return prefix, self._roots[prefix]
        if parts[0] not in SURE_HOSTS and self._repository in parts[:-1]:
            return "/".join(parts[: parts.index(self._repository) + 1]), ""
        if parts[0] in HOSTS and len(parts) >= 3:  # noqa: PLR2004 - host, owner, repository
            versioned = len(parts) > 3 and re.match(r"v\d+$", parts[3])  # noqa: PLR2004 - github.com/o/r/v2
            return "/".join(parts[: 4 if versioned else 3]), ""
        return None

    def folder(self, package: str) -> str | None:
        """Give the package's folder in the repository; `None` when the log does not tell."""
        root = self._find_root(package)
        if root is None:
            return None
        return "/".join(part for part in (root[1], package[len(root[0]) + 1 :]) if part)

    def argument(self, package: str) -> str:
        """Name the package for `go test`: relative to its module where that is known."""
        root = self._find_root(package)
        if root is None:
            return package or "./..."
        if root[0] == root[1]:
            return f"./{package}"
        tail = package[len(root[0]) + 1 :]
        return f"./{tail}" if tail else "."

    def relative(self, path: str) -> str:
        """Make a path that lies in the runner's workspace relative to the repository; else empty."""
        if path.startswith(CONTAINER):
            return path[len(CONTAINER) :]
        match = WORKSPACE.match(path)
        return match[2] if match else ""

    def locate(self, path: str, package: str) -> str:
        """Make any path that Go printed for a file of this package as good as the log allows."""
        path = path.replace("\\", "/")
        base = path.rpartition("/")[2]
        if relative := self.relative(path):
            return relative
        if base == path and not base.endswith("_test.go"):
            return base
        folder = self.folder(package) if package else None
        if folder is not None:
            return f"{folder}/{base}" if folder else base
        if path.startswith(("/", "../", f"{package}/")) or path[1:2] == ":":
            return base
        return path.removeprefix("./")
