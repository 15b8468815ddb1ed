"""A JVM's stack traces: what was thrown, what its message says, and which line of the test it came from.

Format: https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/lang/Throwable.html#printStackTrace()
and https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/lang/StackTraceElement.html#toString()
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_FRAME = re.compile(
    r"\s{0,40}at (?:[^\s/()]{0,200}/){0,2}(?P<owner>[^\s/()]{1,500})\.(?P<method>[^\n/().]{1,300})"
    r"\((?P<place>[^()]{1,300})\)"
)
# Gradle's short format leaves owner and method out: `java.lang.AssertionError at CartTest.java:12`.
_PLACE = re.compile(r"(?P<file>[^:/\s]{1,200}\.[A-Za-z]{1,8}):(?P<line>\d{1,9})$")
_REST = re.compile(
    r"\s{0,40}(?:\.\.\. \d{1,9} (?:more|common frames omitted)|Suppressed: |Caused by: |\[CIRCULAR)"
)
_CAUSE = re.compile(r"\s{0,40}Caused by: (?P<what>.{1,2000})")
THROWN = re.compile(
    r"(?P<type>(?:[a-zA-Z_$][\w$]{0,100}\.){1,20}[A-Z_$][\w$]{0,200})(?:: ?(?P<text>.{0,4000}))?$"
)
_LIBRARIES = (
    "java.", "javax.", "jdk.", "sun.", "com.sun.", "kotlin.", "kotlinx.", "scala.", "groovy.",
    "org.codehaus.groovy.", "org.apache.groovy.", "org.junit.", "junit.", "org.testng.", "org.opentest4j.",
    "org.hamcrest.", "org.assertj.", "org.mockito.", "org.apache.maven.", "org.gradle.", "worker.org.gradle.",
    "io.kotest.", "org.scalatest.", "org.scalactic.", "com.google.common.", "com.google.truth.",
    "org.spockframework.", "munit.", "sbt.",
)  # fmt: skip
_LANGUAGES = {".java": "java", ".kt": "kotlin", ".groovy": "groovy", ".scala": "scala"}
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Frame:
    """One call of a stack trace that names a source line."""

    owner: str
    method: str
    file: str
    line: int

    @property
    def outer(self) -> str:
        """The top-level class that the source file is named after."""
        return outer(self.owner)


@dataclass(frozen=True, slots=True)
class Trace:
    """What a block of lines says was thrown.

    Attributes:
        message: type and message on one line.
        detail: what follows, calls left out.
        frames: the calls, those of the causes behind them.
    """

    message: str
    detail: str
    frames: tuple[Frame, ...]


def outer(owner: str) -> str:
    """Give the top-level class of a nested one, and of Kotlin's file class."""
    return owner.partition("$")[0]


def is_frame(line: str) -> bool:
    """Whether a line stands inside a stack trace, behind its message."""
    return bool(_FRAME.match(line) or _REST.match(line))


def read_frame(line: str) -> Frame | None:
    """Read one call; nothing where it has no source line."""
    found = _FRAME.match(line)
    place = _PLACE.match(found["place"]) if found else None
    if not found or not place:
        return None
    return Frame(found["owner"], found["method"], place["file"], int(place["line"]))


def read_trace(lines: Sequence[str]) -> Trace:
    """Read what was thrown from the lines below a test's name, its first line being type and message."""
    words: list[str] = []
    frames: list[Frame] = []
    for line in lines:
        if frame := read_frame(line):
            frames.append(frame)
        elif not is_frame(line) or _CAUSE.match(line):
            words.append(line.rstrip())
    while words and not words[0].strip():
        words.pop(0)
    message, used = _message(words)
    return Trace(message, "\n".join(words[used:]).strip("\n"), tuple(frames))


def _message(words: Sequence[str]) -> tuple[str, int]:
    """Join a type that stands alone with the text below it: `AssertionFailedError: ` and then the words."""
    if not words:
        return "", 0
    first = words[0].strip()
    if first.endswith(":"):
        for used, word in enumerate(words[1:4], 2):
            if word.strip() and not _CAUSE.match(word):
                return f"{first} {word.strip()}"[:_LONGEST], used
        first = first[:-1]
    return first[:_LONGEST], 1


def own_frame(frames: Iterable[Frame], owner: str) -> Frame | None:
    """Pick the call to show: the innermost in the test's own class, else the first outside the libraries."""
    listed = list(frames)
    mine = outer(owner)
    for frame in listed:
        if frame.outer == mine or (mine and "." not in mine and frame.outer.endswith(f".{mine}")):
            return frame
    return next((frame for frame in listed if not frame.owner.startswith(_LIBRARIES)), None)


def source_path(owner: str, file: str) -> str:
    """Give the path below a source root: the package's folders, then the file."""
    package, dot, _ = outer(owner).rpartition(".")
    return f"{package.replace('.', '/')}/{file}" if dot else file


def conventional_path(folder: str, source_set: str, owner: str, file: str) -> str:
    """Give the path in the layout that Maven and Gradle share: `folder/src/test/java/shop/CartTest.java`."""
    suffix = file[file.rfind(".") :]
    language = _LANGUAGES.get(suffix, "java")
    start = f"{folder}/" if folder else ""
    return f"{start}src/{source_set}/{language}/{source_path(owner, file)}"
