"""Surefire's report of each class while the tests run: its counts, and a block for every test that failed.

Formats: https://github.com/apache/maven-surefire `TestSetStats.java`, 2.4 to 3.5; old ones print no level.
"""

import re
from dataclasses import dataclass

from bot.model.log import Log
from bot.parsers._jvm_stack import is_frame, outer, read_frame
from bot.parsers._maven_goals import Line, strip

HEADER = " T E S T S"
_COUNTS = (
    r"Tests run: (?P<run>\d{1,9}), Failures: (?P<failures>\d{1,9}), Errors: (?P<errors>\d{1,9})"
    r"(?:, Skipped: (?P<skipped>\d{1,9}))?(?:, Flakes: (?P<flakes>\d{1,9}))?"
)
_ELAPSED = r"Time elapsed: [\d.,:]{1,20} ?(?:s|sec|ms|min|m|h)?"
CLASS = re.compile(
    rf"{_COUNTS}, {_ELAPSED}(?: {{0,2}}<<< (?:FAILURE|ERROR)!)?(?: -{{1,2}} in (?P<owner>\S.{{0,500}}))?$"
)
FINAL = re.compile(rf"{_COUNTS}$")
CASE = re.compile(
    rf"(?P<name>\S.{{0,2000}}?)(?: --)? {{1,4}}{_ELAPSED} {{0,2}}<<< (?P<status>FAILURE|ERROR)!$"
)
RUNNING = re.compile(r"Running (?P<owner>[^\s]{1,500})$")
# The tree reporter's heading of a class; what failed it leaves to the summary.
TREE = re.compile(r"\+--(?P<owner>(?:[\w$]{1,200}\.){1,30}[\w$]{1,200}) - [\d.,]{1,12} ?s{1,2}$")
RESULTS = re.compile(r"Results ?:$")
_OLD_NAME = re.compile(r"(?P<method>.{1,1500})\((?P<owner>[\w$.]{1,500})\)$")
_OWNER = re.compile(r"(?:[\w$]{1,200}\.){1,30}[\w$]{1,200}$")
# Kotlin's methods may have blanks: the class is what is written like one.
_BLANKS = re.compile(r"(?P<owner>(?:[a-z_][\w$]{0,200}\.){1,30}[A-Z][\w$]{0,200})\.(?P<method>.{1,1500})$")
_PARAMETERS = re.compile(r"[(\[{]")
# Without a single call below the message, text of this many lines is no message any more.
_LONGEST_MESSAGE = 60
_LONGEST_BLOCK = 4000


@dataclass(frozen=True, slots=True)
class Block:
    """One test that failed, as it was reported when its class was through.

    Attributes:
        owner: the class, with its package, as Surefire reports it: the outer one of nested classes in 2.22.
        method: name and parameters; empty where the class itself failed.
        status: `FAILURE` or `ERROR`.
        body: the lines below the heading: type, message and calls.
        line: number of the heading.
        last: number of the block's last line.
        calls: source lines of the class that the calls name.
    """

    owner: str
    method: str
    status: str
    body: tuple[str, ...]
    line: int
    last: int
    calls: frozenset[int] = frozenset()

    @property
    def bare(self) -> str:
        """The method without parameters."""
        return bare(self.method)


def bare(method: str) -> str:
    """Give a method's name without its parameters or index."""
    return _PARAMETERS.split(method, maxsplit=1)[0].strip()


def read_block(log: Log, number: int, owner: str) -> Block | None:
    """Read the block whose heading is this line; `owner` is the class whose counts came last."""
    line = strip(log.line(number))
    found = CASE.match(line.text)
    if not found or line.level not in {"", "ERROR", "INFO"}:
        return None
    body, last = _body(log, number)
    where, method = _split(found["name"], owner)
    frames = [frame for text in body if (frame := read_frame(text))]
    calls = frozenset(frame.line for frame in frames if frame.outer == outer(where))
    return Block(where, method, found["status"], tuple(body), number, last, calls)


def _split(name: str, owner: str) -> tuple[str, str]:
    """Split a heading into class and method: `method(class)`, `class.method`, `method` or `class`."""
    if name == owner:
        return owner, ""
    if owner and name.startswith(f"{owner}."):
        return owner, name[len(owner) + 1 :]
    if (old := _OLD_NAME.match(name)) and (
        "." in old["owner"]
        or old["owner"] in {owner, simple(owner)}
        or (not owner and _is_class(old["owner"]))
    ):
        return old["owner"], old["method"]
    return _split_dotted(name, owner)


def _split_dotted(name: str, owner: str) -> tuple[str, str]:
    """Split `class.method`, where neither the parameters nor a method's blanks may mislead."""
    front = bare(name)
    where, dot, method = front.rpartition(".")
    if " " in front:
        blank = _BLANKS.match(name)
        if blank:
            return blank["owner"], blank["method"]
    elif dot and _is_class(method) and _OWNER.match(front):
        return front, ""
    elif dot and _is_class(simple(where)):
        return where, method + name[len(front) :]
    return (owner, name) if owner else (name, "")


def simple(owner: str) -> str:
    """Give a class's name without its package."""
    return owner.rpartition(".")[2]


def _is_class(name: str) -> bool:
    return name[:1].isupper()


def _body(log: Log, number: int) -> tuple[list[str], int]:
    """Collect type, message and calls: until the blank line behind the calls, or Surefire's next line."""
    body: list[str] = []
    last = number
    called = False
    for at in range(number + 1, min(len(log.lines), number + _LONGEST_BLOCK) + 1):
        line = strip(log.line(at))
        if _ends(line) or (called and not line.text.strip()):
            break
        called = called or is_frame(line.text)
        if not called and len(body) >= _LONGEST_MESSAGE:
            break
        body.append(line.text)
        if line.text.strip():
            last = at
    return body, last


def _ends(line: Line) -> bool:
    """Whether a line is Surefire's own next one."""
    if line.level:
        return True
    text = line.text
    if text.startswith(("Running ", "Tests run: ", "Results")):
        return bool(RUNNING.match(text) or CLASS.match(text) or FINAL.match(text) or RESULTS.match(text))
    return text.endswith("!") and bool(CASE.match(text))
