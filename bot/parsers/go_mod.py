"""Go modules: sums that are missing or wrong, requirements out of date, downloads that fail, `go mod tidy`.

What Go prints under a `# package` header belongs to a package's build and is read with it, by the parser of
`go test`. A proxy or host that cannot be reached is the network's fault; a version that nobody published is
not. https://go.dev/ref/mod
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._go_mod_tidy import TOOL, read_untidy
from bot.parsers._steps import Steps
from bot.parsers._workspace import relative

ANCHORS: tuple[str, ...] = (
    "go: ",
    "go.sum",
    "go.mod",
    "checksum mismatch",
    ".go:",
    "main module",
    " Go files in ",
    "\timports ",
)
KEEP: tuple[str, ...] = (r"^##\[group\]Run ", r"\bgo mod tidy\b")
TROUBLE: tuple[str, ...] = (
    r"missing go\.sum entry",
    r": checksum mismatch$",
    r"no required module provides package",
    r"^[^ ]+( [^ ]+)?: (build constraints exclude all|no non-test|no) Go files in ",
    r"^\timports [^ ]+( from [^ ]+)?: ",
    r"^go: (errors parsing|updates to|inconsistent vendoring|cannot |go\.mod |download )",
    r"^go: [^ ]+@[^ ]+: ",
    r"^malformed go\.sum:",
    r"^diff (current|--git a)/(.*/)?go\.(mod|sum) ",
)

__all__ = ["ANCHORS", "KEEP", "TOOL", "TROUBLE", "parse"]

_IMPORT = re.compile(
    r"(?P<file>[^\s:]{1,300}\.go):(?P<line>\d{1,7})(?::\d{1,5})?: (?P<what>(?:no required module provides "
    r"package "
    r"|missing go\.sum entry |cannot find module providing package "
    r"|(?:package )?\S{1,300} is not in (?:std|GOROOT)"
    r"|verifying \S{1,300}: |ambiguous import: |[\w./~\-]{1,200}@[\w.+\-]{1,120}: "
    r"|module \S{1,200} provides package ).*)$"
)
_GO = re.compile(
    r"(?:go: )(?P<what>(?:errors parsing |updates to go\.|inconsistent vendoring in "
    r"|cannot find main module|go\.mod file not found"
    r"|go\.mod requires go |cannot load module |cannot determine |download go\d|no such tool "
    r"|missing Git command|finding module for package .{1,300}: "
    r"|verifying |error loading |parsing |open \S{1,300}go\.|reading \S{1,300}go\.|module lookup disabled"
    r"|modules disabled by "
    r"|[\w./~\-]{1,200}@[\w.+^\-]{1,120}(?: \([^)]{1,200}\))?(?:: | requires | used for two different)"
    r"|module [\w./~\-]{1,200}: |[\w./~\-]{1,200} imports$|[\w./~\-]{1,200}: (?:no matching versions"
    r"|invalid version)).*)$"
)
_BARE = re.compile(
    r"(?P<what>verifying \S{1,300}: checksum mismatch|malformed go\.sum:"
    r"|pattern \S{1,200}: directory prefix \S{1,300} does not contain .*main module.*"
    r"|missing go\.sum entry for .+|package [\w./\-]{1,200} is not in (?:std|GOROOT).*"
    r"|no required module provides package .+"
    r"|(?:package )?[\w./~\-]{1,300}: "
    r"(?:build constraints exclude all Go files|no (?:non-test )?Go files) in .+)$"
)
# `package a`, then `imports b` indented as often as it takes; the last one says what is wrong.
_CHAIN = re.compile(r"package (?P<what>[\w./~\-]{1,300})$")
_LINK = re.compile(r"\timports (?P<what>[\w./~\-]{1,300}(?: from [^\s:]{1,300})?: \S.{1,1000})$")
_DEPRECATED = re.compile(r"module \S{1,200} is deprecated")
_HEADER = re.compile(r"# \S+(?: \[\S+\])?$")
_NETWORK = re.compile(
    r"dial tcp|no such host|connection (?:refused|reset)|i/o timeout|TLS handshake|x509: |: EOF"
    r"|unexpected EOF|context deadline"
    r"|: (?:403|408|429|5\d\d) [A-Z]|Could not resolve host|could not read Username|initializing sumdb"
    r"|net/http: |stream error: |timed out"
    r"|toolchain not available|server misbehaving"
)
_GO_MOD = re.compile(r"(?P<file>\S{0,300}go\.(?:mod|sum|work)):(?P<line>\d{1,6}):")
_TIDY = ("updates to go.", "inconsistent vendoring", "missing go.sum entry")
_MOST = 12


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    steps = Steps(log)
    failures = read_untidy(log, steps)
    seen: set[tuple[int, str]] = set()
    under = False
    for number, text in enumerate(log.lines, 1):
        if text.startswith("# "):
            under = _HEADER.match(text) is not None
            continue
        if not text or text[0] in "\t ":
            continue
        match = _match(text) or _chain(log, number)
        if match is None:
            under = False
            continue
        key = (steps.key(number), match["what"])
        if not under and key not in seen and not steps.passed(number):
            failures.append(_failure(log, number, match))
        seen.add(key)
    failures.sort(key=lambda failure: failure.log_line)
    return Findings(TOOL, tuple(failures))


def _match(text: str) -> re.Match[str] | None:
    if text.startswith("go: "):
        found = _GO.match(text)
        return None if found and _DEPRECATED.match(found["what"]) else found
    return _IMPORT.match(text) or _BARE.match(text)


def _chain(log: Log, number: int) -> re.Match[str] | None:
    """Read how a package comes to be imported: give the last line, which says why it cannot be."""
    if not log.line(number).startswith("package ") or not _CHAIN.match(log.line(number)):
        return None
    last = _end(log, number)
    return _LINK.match(log.line(last)) if last > number else None


def _failure(log: Log, number: int, match: re.Match[str]) -> Failure:
    end = _end(log, number)
    message = match["what"]
    below = log.lines[number:end]
    if message.endswith((":", " imports", " requires")) and below and below[0].strip():
        message = f"{message} {below[0].strip()}"
    whole = "\n".join([match["what"], *below])
    file, line = "", 0
    groups = match.groupdict()
    if groups.get("file"):
        file, line = relative(groups["file"]), int(groups["line"])
    elif place := _GO_MOD.search(whole):
        file, line = relative(place["file"]), int(place["line"])
    return Failure(
        tool=TOOL,
        kind=FailureKind.INFRA if _NETWORK.search(whole) else FailureKind.BUILD,
        status=Status.ERROR,
        test="",
        message=message,
        detail="\n".join(below),
        file=file,
        line=line,
        log_line=number,
        extent=(number, end),
        rerun="go mod tidy" if any(word in message for word in _TIDY) else "",
    )


def _end(log: Log, number: int) -> int:
    """Find the last line that belongs to this one: indented ones, and go.mod's or go.sum's own places."""
    end = number
    security = "checksum mismatch" in log.line(number)
    listing = log.line(number).endswith(("go.mod:", "go.sum:", "go.work:"))
    while end < len(log.lines) and end - number < _MOST:
        text = log.line(end + 1)
        more = (
            text.startswith("\t")
            or (listing and _GO_MOD.match(text))
            or (security and not text.startswith("#"))
        )
        if not more:
            break
        end += 1
        if security and text.startswith("For more information"):
            break
    while end > number and not log.line(end).strip():
        end -= 1
    return end
