"""Errors of the JVM's compilers, as they print them and as Maven, Gradle, Ant and sbt pass them on.

Formats: https://docs.oracle.com/en/java/javase/17/docs/specs/man/javac.html (javac),
https://github.com/JetBrains/kotlin `PlainTextMessageRenderer` and `GradleStyleMessageRenderer` (Kotlin),
https://github.com/scala/scala3 `MessageRendering.scala` (Scala 3).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.model.log import Log
from bot.parsers._maven_goals import strip

_FILE = (
    r"(?P<file>(?:file:/{1,3})?(?:[A-Za-z]:[\\/])?[^\s:*?\"<>|()\[\]][^:*?\"<>|\[\]]{0,500}"
    r"\.(?:java|kts?|scala|groovy|sc))"
)
# Before 4.7 Gradle's plain console wrote a task's name without an end of line before its first output. Four
# blanks are what Gradle puts before text that a test printed: a quotation.
_FRONT = (
    r"(?::[\w.\-]{1,100}){0,10}"
    r"(?:\s{0,4}\[(?:javac|kotlinc|scalac|groovyc|ant:\w{1,20})\] \s{0,4}|\[error\] |e: | {0,3})"
)
# `Money.java:3: error: text`, Kotlin's with a column; javac and Scala say how many behind the last.
_PLAIN = re.compile(rf"{_FRONT}{_FILE}:(?P<line>\d{{1,7}})(?::\d{{1,6}})?: error: (?P<text>\S.{{0,4000}})$")
# Kotlin below Gradle: `e: file:///a/M.kt:3:5 text`, before 1.8.20 `e: /a/M.kt: (3, 5): text`.
_KOTLIN = re.compile(
    rf"e: (?:\[\w{{1,20}}\] )?{_FILE}"
    r"(?::(?P<line>\d{1,7})(?::\d{1,6})?:?|: \((?P<paren>\d{1,7}), \d{1,6}\):) "
    r"(?P<text>\S.{0,4000})$"
)
# sbt: `[error] /a/M.scala:3:5: text`; Scala 3: `[error] -- [E006] Not Found Error: /a/M.scala:3:5 ---`.
_SBT = re.compile(rf"\[error\] {_FILE}:(?P<line>\d{{1,7}}):(?:\d{{1,6}}:)? (?P<text>\S.{{0,4000}})$")
_SCALA3 = re.compile(
    r"(?:\[error\] )?-- (?:\[E\d{1,5}\] )?(?P<text>[A-Z][\w ]{0,60}?Error|Error): "
    rf"{_FILE}:(?P<line>\d{{1,7}}):\d{{1,6}} -{{0,200}}$"
)
# Maven: `/a/M.java:[3,68] text`, `/a/M.kt: (3, 5) text`, `file:///a/M.kt:3:5 text`, `/a/M.scala:3: text`.
_MAVEN = re.compile(
    rf"{_FILE}(?::\[(?P<bracket>\d{{1,7}})(?:,\d{{1,6}})?\]|: \((?P<paren>\d{{1,7}}), \d{{1,6}}\)|"
    r":(?P<line>\d{1,7})(?::\d{1,6})?:?) (?:error: )?(?P<text>\S.{0,4000})$"
)
_GROOVY = re.compile(
    rf"{_FILE}: (?P<line>\d{{1,7}}): (?P<text>\S.{{0,4000}}?) @ line \d{{1,7}}, column \d{{1,6}}\.$"
)
# Errors of a whole compilation; other tools write `error: ` as well, so that each is spelt out.
_WHOLE = re.compile(
    r"(?:\s{0,4}\[javac\] |e: )?error: (?P<text>(?:release version \S{1,20} not supported|"
    r"invalid (?:source|target) release: |invalid flag: |file not found: |no source files$|"
    r"warnings found and -Werror specified|source option \S{1,20} is no longer supported).{0,500})$"
)
_WHOLE_KOTLIN = re.compile(r"(?:e|error): (?P<text>warnings found and -Werror specified)$")
_COUNT = re.compile(
    r"(?:\s{0,4}\[\w{1,10}\] )?\s{0,4}"
    r"(?:\d{1,7}|one|two|three|four|five|six|seven|eight|nine) errors?(?: found)?\s?$"
)
_CARET = re.compile(r"(?:\[error\] |\s{0,4}\[javac\] )?[\s|]{0,4000}\^[\^~]{0,400}$")
_MORE = re.compile(r"(?:\[error\] |\s{0,4}\[javac\] )?\s{2,}(?P<text>\S.{0,2000})$")
_TESTS = re.compile(r"(?:^|/)(?:src/[A-Za-z\-]{0,40}[tT]est[A-Za-z\-]{0,40}|tests?)/")
_TOOLS = {
    "java": "javac",
    "kt": "kotlinc",
    "kts": "kotlinc",
    "scala": "scalac",
    "sc": "scalac",
    "groovy": "groovyc",
}
_LONGEST = 40
_BELOW = 4


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One error of a compiler.

    Attributes:
        path: the file as printed; empty for an error of the whole compilation.
        form: `plain` where only a count behind it tells that a compiler spoke, else `sure`.
        more: the lines below that belong to it.
    """

    path: str
    line: int
    text: str
    form: str
    number: int
    last: int
    more: tuple[str, ...]

    @property
    def tool(self) -> str:
        """The compiler, by the file's ending."""
        return _TOOLS.get(self.path.rpartition(".")[2], "javac")

    @property
    def in_tests(self) -> bool:
        """Whether the file is a test: then the suite could not be loaded."""
        return bool(_TESTS.search(self.path.replace("\\", "/")))


def read_diagnostics(log: Log) -> list[Diagnostic]:
    """Read every error that is certainly a compiler's, each once."""
    counts = [
        number
        for number, line in enumerate(log.lines, 1)
        if "error" in line and _COUNT.match(strip(line).text)
    ]
    last_count = counts[-1] if counts else 0
    found: dict[tuple[str, int, str], Diagnostic] = {}
    for one in (*_anywhere(log), *_in_maven(log)):
        if one.form == "plain" and one.number > last_count:
            continue
        found.setdefault((_bare(one.path), one.line, told(one)), one)
    return sorted(found.values(), key=lambda one: one.number)


def _bare(path: str) -> str:
    return path.removeprefix("file://").replace("\\", "/")


def _anywhere(log: Log) -> Iterator[Diagnostic]:
    """Read what compilers print themselves, and below Gradle, Ant and sbt."""
    for number, raw in enumerate(log.lines, 1):
        if "rror" not in raw and "e: " not in raw and "@ line" not in raw:
            continue
        if found := _KOTLIN.match(raw) or _SBT.match(raw) or _SCALA3.match(raw) or _GROOVY.match(raw):
            yield _diagnostic(log, number, found, "sure")
        elif found := _PLAIN.match(raw):
            # Kotlin's own compiler gives no count, and nobody else a column.
            sure = found["file"].endswith((".kt", ".kts"))
            yield _diagnostic(log, number, found, "sure" if sure else "plain")
        elif found := _WHOLE.match(raw) or _WHOLE_KOTLIN.match(raw):
            yield Diagnostic("", 0, found["text"], "sure", number, number, ())


def _in_maven(log: Log) -> Iterator[Diagnostic]:
    """Read what Maven prints below `COMPILATION ERROR` and in a compiler's goal that failed."""
    inside = False
    for number, raw in enumerate(log.lines, 1):
        line = strip(raw)
        if line.level == "ERROR":
            if line.text.startswith("COMPILATION ERROR") or (
                line.text.startswith("Failed to execute goal ") and "compile" in line.text.lower()
            ):
                inside = True
            elif line.text.startswith("Failed to execute goal "):
                inside = False
            elif inside and (found := _MAVEN.match(line.text)):
                yield _diagnostic(log, number, found, "sure")
        elif line.level == "INFO" and line.text.startswith(("BUILD ", "--- ")):
            inside = False


def _diagnostic(log: Log, number: int, found: re.Match[str], form: str) -> Diagnostic:
    groups = found.groupdict()
    at = groups.get("line") or groups.get("paren") or groups.get("bracket") or "0"
    more, last = _more(log, number)
    return Diagnostic(found["file"], int(at), found["text"].strip(), form, number, last, tuple(more))


def _more(log: Log, number: int) -> tuple[list[str], int]:
    """Collect the source line, the caret and what javac says of symbols below."""
    more: list[str] = []
    last = number
    caret = False
    for at in range(number + 1, min(len(log.lines), number + _LONGEST) + 1):
        raw = log.line(at)
        line = strip(raw)
        if not raw.strip() or _MAVEN.match(line.text) or _PLAIN.match(raw) or _COUNT.match(line.text):
            break
        if _CARET.match(line.text):
            caret = True
        elif (caret or line.level or at > number + _BELOW) and not _MORE.match(line.text):
            break
        if line.level in {"INFO", "WARNING", "DEBUG"}:
            break
        more.append(line.text)
        last = at
    has_caret = any(_CARET.match(line) for line in more)
    if not has_caret:
        kept = [line for line in more if _MORE.match(line)]
        return kept, number + len(kept)
    return more, last


def told(diagnostic: Diagnostic) -> str:
    """Give the message; some say what they mean only in the lines below."""
    text = diagnostic.text
    if text.endswith("Error") and diagnostic.path.endswith((".scala", ".sc")):
        below = (line.replace("[error]", "", 1).strip(" |") for line in diagnostic.more[1:])
        return next((f"{text}: {' '.join(line.split())}" for line in below if line.strip("^~ ")), text)
    if text.endswith("cannot find symbol"):
        for line in diagnostic.more:
            found = _MORE.match(line)
            if found and found["text"].startswith("symbol:"):
                return f"{text}: {' '.join(found['text'][7:].split())}"
    return text
