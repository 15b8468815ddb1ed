"""cargo itself: manifests, dependency resolution, downloads, build scripts, wrong use.

What cargo says of a compiler or a test belongs to `rustc` and `cargo-test`. A fault of the network or the
registry has the kind `infra`, all else `build`. Format:
https://github.com/rust-lang/cargo/blob/master/src/cargo/lib.rs (`display_error`).
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._workspace import relative

TOOL = "cargo"
_WORDS = (
    "failed to get `", "failed to select a version for", "no matching package", "failed to download",
    "failed to load source for dependency", "failed to load manifest", "failed to parse manifest at",
    "failed to parse lock file", "the lock file ",
    "could not find `Cargo.toml`", "package ID specification `",
    "no test target named", "no bin target named", "no example target named", "no bench target named",
    "no library targets found", "failed to run custom build command for", "no such command: `",
    "failed to sync", "failed to fetch", "unable to update", "Unable to update",
    "failed to query replaced source", "failed to resolve patches", "failed to verify the checksum",
    "checksum for `", "unable to get packages from source", "failed to open: ", "failed to unpack package",
    "failed to compile `", "cyclic package dependency", "none of the selected packages contains",
    "the package `", "package `", "rustc ", "cannot specify features", "feature `", "failed to clone into",
    "current package believes it's in a workspace", "failed to read `", "failed to load config",
    "could not load Cargo configuration", "multiple workspace roots", "toolchain '", "component '",
    "could not download file", "failed to get successful HTTP response",
    "manifest path `", "cannot update the lock",
    "failed to load pkg lockfile", "cannot create the lock file",
    "failed to install component",
)  # fmt: skip
ANCHORS: tuple[str, ...] = (*(f"error: {word}" for word in _WORDS), "Cargo.toml:", "Cargo.lock:")
KEEP: tuple[str, ...] = ()
TROUBLE: tuple[str, ...] = (r"^error: ", r"^Caused by:$")

_HEAD = re.compile(r"error: (?P<text>.{1,4000})$")
_MANIFEST = re.compile(
    r" {0,8}--> (?P<file>(?:\S{0,500}[/\\])?(?:Cargo\.(?:toml|lock)|config\.toml)):(?P<line>\d{1,7}):\d"
)
_CAUSED = "Caused by:"
_NETWORK = re.compile(
    r"(?i)could(?:n't| not) resolve host|timed? ?out|connection "
    r"(?:reset|refused|closed)|successful HTTP response|"
    r"network failure|spurious network|ssl|tls|curl failed|download of .{1,300} failed|got 5\d\d|HTTP2? |"
    r"temporary failure in name|could not download|failed to connect|dns error|unexpected eof"
)
_OFFLINE = re.compile(r"(?i)--offline|offline mode|net\.offline")
_PACKAGE = re.compile(r"(?:package `[^`]{1,200}` cannot be built|rustc \d[\w.\-]{0,30} is not supported)")
# Beginnings too common to be cargo's without the word that follows.
_LOOSE = {"package `": _PACKAGE, "rustc ": _PACKAGE}
_LONGEST = 300
_MOST = 120


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures: list[Failure] = []
    last = 0
    for number, line in enumerate(log.lines, 1):
        if number > last and line.startswith("error: ") and (failure := _read(log, number, line)):
            failures.append(failure)
            last = failure.extent[1]
    return Findings(TOOL, tuple(failures), claims=tuple(failure.extent for failure in failures))


def _read(log: Log, number: int, line: str) -> Failure | None:
    found = _HEAD.match(line)
    if found is None:
        return None
    below = _MANIFEST.match(log.line(number + 1)) if number < len(log.lines) else None
    if below is None and not found["text"].startswith(_WORDS):
        return None
    text = found["text"]
    loose = next((pattern for word, pattern in _LOOSE.items() if text.startswith(word)), None)
    if loose and not loose.match(text):
        return None
    last = _end(log, number)
    body = [log.line(at) for at in range(number + 1, last + 1)]
    whole = "\n".join([text, *body])[:20000]
    infra = _NETWORK.search(whole) and not _OFFLINE.search(whole) and "custom build command" not in text
    kind = FailureKind.INFRA if infra else FailureKind.BUILD
    detail = "\n".join(body).strip("\n")
    file, place = (relative(below["file"]), int(below["line"])) if below else ("", 0)
    return Failure(TOOL, kind, Status.ERROR, "", text[:_LONGEST], number, (number, last), detail, file, place)


def _end(log: Log, number: int) -> int:
    """Find the last line that belongs to an error: causes, required-by lines and a build script's output."""
    last, caused = number, False
    for at in range(number + 1, min(number + _MOST, len(log.lines)) + 1):
        text = log.line(at)
        if text == _CAUSED:
            caused = True
        elif text and not text.startswith(" ") and (caused or not text.startswith(_FOLLOWING)):
            break
        if text.strip():
            last = at
    return last


_FOLLOWING = (
    "perhaps ", "required by ", "location searched",
    "versions that meet", "previously selected", "failed to select",
    "... ", "note: ", "help: ", "candidate versions", "all possible versions", "the package ", "package `",
    "To use ", "If you want", "As a reminder", "this may be ",
    "Either ", "cannot be built", "Try ", "Updating ",
)  # fmt: skip
