"""What a failure says was missing or did not answer: what failures of different tests have in common."""

import re
from dataclasses import dataclass

from bot.classify.generic import is_generic
from bot.classify.noise import normalise
from bot.model.failure import Failure
from bot.model.verdict import Verdict

# With fewer words of its own a message is any test's: "Timed out after 10 s", "expected 1 to equal 2".
MIN_WORDS = 3
# What assertion libraries say themselves.
_MATCHER_WORDS = frozenset(
    """
    actual after an and any are array as assert assertion assertionerror at be been but by contain deep
    equal equals error errors exactly expect expected expecting false fail failed failure for found from
    func got had has have in is it length less match matcher message must never nil none not null
    occurred of one only out output panic received return returned seconds should string than that the
    this time timed timeout to true type undefined unexpected value values want was were with within
    address id int bool float tmp hex
    """.split()  # noqa: SIM905 - words read best as words
)
_WORD = re.compile(r"[^\W\d_]{2,}")
# The beginning of a message and its detail says what was missing; a diff of values comes later.
MAX_TEXT = 4_000
# Titles stand on one line of the comment.
MAX_TITLE = 200

_LOOPBACK = ("127.0.0.1", "[::1]", "::1", "localhost", "0.0.0.0")  # noqa: S104 - compared, nothing is bound

# Each gives one name. The words around it are those of Go's net, libpq, curl, Node, Python and Java.
_ENDPOINTS = tuple(
    re.compile(form)
    for form in (
        r"dial (?:tcp|udp)[46]? (?P<name>[\w.\-\[\]:]{1,200}:\d{1,5}): ",
        r"(?:connect )?ECONN(?:REFUSED|RESET) (?P<name>[\w.\-\[\]:]{1,200}:\d{1,5})",
        r"connection to server at \"(?P<host>[\w.\-:]{1,200})\"(?: \([\d.:a-f]+\))?, port (?P<port>\d{1,5})",
        r"HTTPS?ConnectionPool\(host='(?P<host>[\w.\-:]{1,200})', port=(?P<port>\d{1,5})\)",
        r"Failed to connect to (?P<host>[\w.\-]{1,200}) port (?P<port>\d{1,5})",
        r"Connect call failed \('(?P<host>[\w.\-:]{1,200})', (?P<port>\d{1,5})",
        (
            r"on host \"(?P<host>[\w.\-]{1,200})\"(?: \([\d.:a-f]+\))?"
            r" and accepting TCP/IP connections on port (?P<port>\d{1,5})"
        ),
        r"Can't connect to (?:\w{1,20} )?server on '(?P<name>[\w.\-]{1,200}(?::\d{1,5})?)'",
        r"(?P<host>[\w.\-]{1,200})/(?:<unresolved>|[\d.]{7,15}):(?P<port>\d{1,5})",
        r"(?i)\bconnect(?:ing|ion)? (?:\w{1,20} ){0,3}?to (?P<name>[\w.\-\[\]]{1,200}:\d{1,5})\b",
        r"Connect(?:ion)? to (?P<name>[\w.\-]{1,200}:\d{1,5}) (?:\[[^\]]{0,200}\] )?(?:failed|refused)",
    )
)
_HOSTS = tuple(
    re.compile(form)
    for form in (
        r"lookup (?P<name>[\w.\-]{1,200})(?: on [\w.\-\[\]:]{1,100})?: ",
        r"getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (?P<name>[\w.\-]{1,200})",
        r"(?:Could not resolve host|UnknownHostException): '?(?P<name>[\w.\-]{1,200})",
        r"Failed to resolve (?!import\b)(?:host )?[:']{0,2} ?'?(?P<name>[\w.\-]{1,200})",
        r"could not translate host name \"(?P<name>[\w.\-]{1,200})\"",
    )
)
_MODULES = tuple(
    re.compile(form)
    for form in (
        r"No module named '?(?P<name>[\w.]{1,200})",
        r"Cannot find (?:module|package) '(?P<name>[^'\n]{1,200})'",
        r"no required module provides package (?P<name>[\w./\-]{1,200})",
        r"package (?P<name>[\w./\-]{1,200}) is not in (?:std|GOROOT)",
        r"Failed to resolve import \"(?P<name>[^\"\n]{1,200})\"",
        r"package (?P<name>[\w.]{1,200}) does not exist",
        r"can't find crate for `(?P<name>\w{1,200})`",
        r"cannot load such file -- (?P<name>[\w./\-]{1,200})",
        r"Class \"(?P<name>[\w\\]{1,200})\" not found",
        r"unresolved import `(?P<name>[\w:]{1,200})`",
    )
)
_FILES = tuple(
    re.compile(form)
    for form in (
        r"(?:fork/exec|open|stat|lstat|exec) (?P<name>/[^\s:'\"]{1,300}): no such file",
        r"No such file or directory: '(?P<name>[^'\n]{1,300})'",
        r"fatal error: '?(?P<name>[\w./\-]{1,300})'?(?:: No such file or directory| file not found)",
        r"ENOENT: no such file or directory, \w{1,20} '(?P<name>[^'\n]{1,300})'",
    )
)
_OBJECTS = tuple(
    re.compile(rf"{thing} \"(?P<name>[^\"\n]{{1,120}})\" does not exist")
    for thing in ("role", "relation", "database", "type", "schema", "extension")
)


@dataclass(frozen=True, slots=True)
class Clue:
    """What two failures must share to have one cause, and how that is called in a title."""

    kind: str
    name: str
    title: str


def clue_of(verdict: Verdict) -> Clue | None:
    """The strongest clue of a failure; `None` when its message says nothing of its own."""
    failure = verdict.failure
    if verdict.signature is not None:
        signature = verdict.signature
        return Clue("signature", signature.id, f"{signature.id}: {signature.title}"[:MAX_TITLE])
    text = f"{failure.message}\n{failure.detail}"[:MAX_TEXT]
    for kind, words, forms in (
        ("endpoint", "cannot connect to", _ENDPOINTS),
        ("host", "cannot find the host", _HOSTS),
        ("module", "missing module", _MODULES),
        ("file", "missing file", _FILES),
        ("object", "missing in the database:", _OBJECTS),
    ):
        name = _first(text, forms)
        if name:
            return Clue(kind, name, f"{words} {name}"[:MAX_TITLE])
    return _message(failure)


def _message(failure: Failure) -> Clue | None:
    """The message itself, without what varies; of the same test or file alone when any could say it."""
    title = failure.message[:MAX_TITLE]
    generic = is_generic(failure.message)
    message = failure.kind.value if generic else normalise(failure.message)
    words = {word for word in _WORD.findall(message.lower()) if word not in _MATCHER_WORDS}
    if len(words) >= MIN_WORDS and not generic:
        return Clue("message", message, title)
    if failure.test:
        return Clue("message", f"{failure.test}\n{failure.suite}\n{message}", title)
    # One file that does not compile fails every job that builds it.
    return Clue("message", f"{failure.file}\n{message}", title) if failure.file and not generic else None


def _first(text: str, forms: tuple[re.Pattern[str], ...]) -> str:
    for form in forms:
        found = form.search(text)
        if found:
            parts = found.groupdict()
            name = parts.get("name") or f"{parts['host']}:{parts['port']}"
            host, _, port = name.rpartition(":")
            return f"localhost:{port}" if host in _LOOPBACK else name
    return ""
