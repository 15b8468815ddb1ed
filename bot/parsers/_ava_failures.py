"""ava's report becomes failures: names, messages, places, and the command that runs one test."""

import re
import shlex
from posixpath import basename, splitext

from bot.model.failure import Failure, FailureKind, Status
from bot.parsers._ava_runs import Block, Line, Run
from bot.parsers._js_stack import frames
from bot.parsers._workspace import relative

TOOL = "ava"
_SEPARATOR = " › "
_PLACE = re.compile(r" {2}(?P<file>[^\s:]{1,500}\.[cm]?[jt]sx?):(?P<line>\d{1,7})$")
_EXCERPT = re.compile(r"\s{1,10}\d{1,7}: ")
_SAID = re.compile(r"(?:Error thrown in test|Rejected promise returned by test)[:.]?")
_VALUE = re.compile(r"(?:[A-Z]\w{0,80} )?\{$|\w{1,40} ?\{")
_FIELD = re.compile(r"message: (?P<quote>['\"`])(?P<text>.{1,1500}?)(?:(?P=quote),|␊)?$")
_ERROR = re.compile(r"(?:[A-Z]\w{0,80}(?:Error|Exception)|Error)(?: \[\w{1,60}\])?: \S")
_TIMEOUT = re.compile(r"(?:Error: )?(?:Test timeout exceeded|Timed out)")
_HOOK = re.compile(r"(?:beforeEach|afterEach|before|after)(?:\.always)? hook\b")
_EXITED = re.compile(
    r"(?P<file>\S.{0,400}?) exited (?:with a non-zero exit code: \d{1,5}|due to (?P<signal>SIG[A-Z]{2,6}))$"
)
_EXITING = re.compile(r"Exiting due to process\.exit\(\) when running (?P<file>\S.{0,500})$")
_NO_TESTS = re.compile(r"No tests found in (?P<file>\S[^,]{0,500})")
_NOTHING = re.compile(
    r"(?:Couldn['’]t find any (?:matching tests|files to test)"
    r"|Based on your configuration, \d{1,7} test files? (?:was|were) found, but did not match)"
)
_UNLOADED = re.compile(r"(?:SyntaxError|Error \[ERR_|.{0,80}Cannot find (?:module|package)|TSError)")
_LONGEST = 2000


def failures_of(run: Run) -> list[Failure]:
    """Give the failures of a run."""
    hooks = run.counts.get("hook failed", 0)
    files = _files(run)
    found = [_reported(run, block, files, hooks=hooks > 0) for block in run.report]
    if not run.report and not run.counts:
        found += [_listed(number, name) for number, name in run.fails]
    found += [_uncaught(run, block) for block in run.errors]
    told = {failure.file for failure in found if failure.file}
    for number, text in run.warnings:
        failure = _warned(number, text, told)
        if failure is not None:
            told.add(failure.file)
            found.append(failure)
    if any(text.startswith("Timed out while running tests") for _, text in run.warnings):
        found += _stuck(run, found)
    return found


def _files(run: Run) -> dict[str, str]:
    """Give the test files that the report names, by the name that stands before a title."""
    texts = ([text for _, text in block.body] for block in run.report)
    named = [_place(text)[0] for text in texts]
    named += [relative(file.strip()) for _, file in run.waiting]
    return {_stem(basename(file)): file for file in named if file}


def _stem(name: str) -> str:
    return splitext(name)[0].removesuffix(".test").removesuffix(".spec").removeprefix("test-")


def _reported(run: Run, block: Block, files: dict[str, str], *, hooks: bool) -> Failure:
    texts = [text for _, text in block.body]
    number, message = _message(block)
    file, line = _place(texts)
    file = file or next((files[part] for part in block.title.split(_SEPARATOR)[:-1] if part in files), "")
    path = _path(block.title, file)
    leaf = path[-1]
    return Failure(
        tool=TOOL,
        kind=_kind(run, message, leaf, hooks=hooks),
        status=Status.FAILED,
        test=" > ".join(block.title.split(_SEPARATOR)),
        message=message[:_LONGEST],
        detail="\n".join(text for at, text in block.body if at > number).strip("\n"),
        file=file,
        line=line,
        log_line=number,
        extent=(block.line, max(block.last, number)),
        rerun=_rerun(file, "" if hooks and _HOOK.search(leaf) else _SEPARATOR.join(path)),
    )


def _kind(run: Run, message: str, leaf: str, *, hooks: bool) -> FailureKind:
    if _TIMEOUT.match(message):
        return FailureKind.TIMEOUT
    only_hooks = hooks and not run.counts.get("test failed")
    return FailureKind.SETUP if only_hooks or (hooks and _HOOK.search(leaf)) else FailureKind.TEST


def _message(block: Block) -> Line:
    """Find what went wrong: below the place and the excerpt, and below what only introduces the error."""
    told = [(n, text.strip()) for n, text in block.body if text.strip() and not _EXCERPT.match(text)]
    told = [row for row in told if not _PLACE.match(f"  {row[1]}")]
    if not told:
        return block.line, block.title
    if not _SAID.match(told[0][1]):
        return told[0]
    errors = ((n, text) for n, text in told[1:] if _ERROR.match(text))
    fields = ((n, f"{_class(told)}{m['text']}") for n, text in told[1:] if (m := _FIELD.match(text)))
    values = ((n, text) for n, text in told[1:] if not _VALUE.match(text))
    return next(errors, next(fields, next(values, told[0])))


def _class(told: list[Line]) -> str:
    """Give the name of the error's class from the line that begins its fields."""
    names = (text.removesuffix("{").strip() for _, text in told if text.endswith("Error {"))
    name = next(names, "")
    return f"{name}: " if name else ""


def _place(texts: list[str]) -> tuple[str, int]:
    """Give the place that ava shows, or the outermost of the repository's frames: the test's own."""
    shown = next((m for text in texts if (m := _PLACE.match(text[:_LONGEST]))), None)
    if shown:
        return relative(shown["file"]), int(shown["line"])
    own = frames(texts)
    return (own[-1].file, own[-1].line) if own else ("", 0)


def _path(title: str, file: str) -> list[str]:
    """Take the file's name off a title; where several files ran, ava puts it before the test's."""
    parts = title.split(_SEPARATOR)
    stems = {_stem(name) for name in file.split("/") if name}
    while len(parts) > 1 and parts[0] in stems:
        parts = parts[1:]
    return parts


def _listed(number: int, name: str) -> Failure:
    """Tell of a test whose report never came."""
    kind, status, test = FailureKind.TEST, Status.FAILED, " > ".join(name.split(_SEPARATOR))
    return Failure(TOOL, kind, status, test, name[:_LONGEST], number, (number, number))


def _uncaught(run: Run, block: Block) -> Failure:
    texts = [text for _, text in block.body]
    number, message = _message(block)
    file = relative(block.file)
    place = _place(texts)
    stem = splitext(basename(file))[0]
    ran = any(name.startswith(stem) for name in (*run.passes, *(text for _, text in run.fails)))
    # What is thrown while a file is loaded is thrown by no function of it.
    top = not any(one.name for one in frames(texts)[-1:])
    unloaded = _UNLOADED.match(message) or (top and not ran)
    same = place[0] == file or place[0].endswith(f"/{file}")
    return Failure(
        tool=TOOL,
        kind=FailureKind.COLLECTION if unloaded else FailureKind.TEST,
        status=Status.ERROR,
        test="",
        message=message[:_LONGEST],
        detail="\n".join(text for at, text in block.body if at > number).strip("\n"),
        file=file or place[0],
        line=place[1] if same or not file else 0,
        log_line=number,
        extent=(block.line, max(block.last, number)),
        rerun=_rerun(file, ""),
    )


def _warned(number: int, text: str, told: set[str]) -> Failure | None:
    """Read a line about a whole file, or about the run; what is told better already is left out."""
    exited, exiting = _EXITED.match(text), _EXITING.match(text)
    none = _NO_TESTS.match(text)
    found = exiting or exited or none
    file = relative(found["file"].strip()) if found else ""
    if none or _NOTHING.match(text):
        kind, status = FailureKind.COLLECTION, Status.ERROR
    elif (exited or exiting) and file not in told:
        kind, status = FailureKind.CRASH, Status.ABORTED
    else:
        return None
    rerun = _rerun(file, "") if file else ""
    return Failure(TOOL, kind, status, "", text, number, (number, number), file=file, rerun=rerun)


def _stuck(run: Run, found: list[Failure]) -> list[Failure]:
    """Tell which files were still running when the time was over, unless a test's own timeout says it."""
    late = {failure.file for failure in found if failure.kind is FailureKind.TIMEOUT}
    number = next(n for n, text in run.warnings if text.startswith("Timed out while running tests"))
    rows = [(at, relative(file.strip()), name) for at, name, file in run.pending]
    named = {file for _, file, _ in rows}
    waiting = dict.fromkeys(relative(file.strip()) for _, file in run.waiting)
    rows += [(number, file, "") for file in waiting if file not in named]
    kind, status, message = FailureKind.TIMEOUT, Status.TIMEDOUT, "Timed out while running tests"
    return [
        Failure(
            tool=TOOL,
            kind=kind,
            status=status,
            test=" > ".join(name.split(_SEPARATOR)),
            message=message,
            file=file,
            log_line=number,
            extent=(number, max(number, at)),
            rerun=_rerun(file, _SEPARATOR.join(_path(name, file)) if name else ""),
        )
        for at, file, name in rows or [(number, "", "")]
        if file not in late
    ]


def _rerun(file: str, name: str) -> str:
    command = f"npx ava {shlex.quote(file)}" if file else "npx ava"
    if not name:
        return command if file else ""
    escaped = name.replace("\\", "\\\\").replace("*", "\\*")
    return f"{command} --match={shlex.quote(escaped)}"
