"""Raw bytes of a job's log into numbered lines of plain text.

What GitHub Actions adds to a line is described by no page of its documentation; it is read off real logs and
https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs (commands) and
https://github.com/cli/cli/blob/trunk/pkg/cmd/run/view/view.go (`gh run view --log`).
"""

import codecs
import re
from bisect import bisect_left, bisect_right

from bot.logs.control import split_colours, strip_control
from bot.model.log import Log, Section

# Nobody reads further into one line; a minified bundle or a binary file must not fill the memory.
MAX_LINE = 64 * 1024
# Control sequences make a line shorter, so that a little more than a line's worth is looked at.
_MAX_RAW_LINE = 4 * MAX_LINE

# The runner writes seven digits, always UTC: a program's own time stamp looks different and stays. Before
# it, `gh run view --log` puts job and step, neither of which is longer than this.
_FRONT = re.compile(
    r"(?P<job>[^\t]{1,300}\t[^\t]{1,300}\t)?"
    r"(?:\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z(?: |$))+|\ufeff+"
)
_STAMP_AT = 27
# `::error file=a.go,line=3::text`, which the runner turns into `##[error]text`.
_RAW_ERROR = re.compile(r"[ \t]*::error(?: [^\n]{1,2000}?)?::")
_ERROR = "##[error]"
_STEP = ("##[group]Run ", "::group::Run ")


def clean(raw: bytes, *, complete: bool = True, gap: str = "") -> Log:
    r"""Clean a log. Never raises: what is no text is replaced.

    Args:
        raw: the file as it came: UTF-8 or, with a byte order mark, UTF-16. Lines end at `\n` alone, so that
            numbers are those of every other tool. Where a line overwrites itself (`\r`) its last
            text stays.
        complete: whether all of the log came.
        gap: what is missing, for people.
    """
    lines = _decode(raw).split("\n")
    if lines[-1] == "":
        lines.pop()
    job = ""
    errors: list[int] = []
    colours: dict[int, tuple[int, ...]] = {}
    for number, line in enumerate(lines, 1):
        text, changes = (line, ()) if line.isprintable() else _shown(line)
        front, job = _front(text, job)
        if marker := _marker(text, front):
            errors.append(number)
            front += marker
        lines[number - 1] = text[front : front + MAX_LINE]
        if changes and (inside := tuple(at - front for at in changes if 0 < at - front < MAX_LINE)):
            colours[number] = inside
    return Log(
        lines=tuple(lines),
        size=len(raw),
        complete=complete,
        gap=gap,
        sections=_sections(lines, errors),
        errors=tuple(errors),
        colours=colours,
    )


def _decode(raw: bytes) -> str:
    """Decode by the byte order mark; Windows PowerShell writes UTF-16 into files."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    return raw.decode("utf-8", "replace")


def _shown(line: str) -> tuple[str, tuple[int, ...]]:
    """Take out what a terminal does not show, and say where the colour changes.

    Without its mark, or amid UTF-8 as `wsl.exe` writes it, UTF-16 is ASCII between NULs, which a terminal
    passes over even inside of a control sequence.
    """
    line = line.replace("\0", "").rstrip("\r")
    return split_colours(_last_overwritten(line) if "\r" in line else line[:_MAX_RAW_LINE])


def _front(text: str, job: str) -> tuple[int, str]:
    """Measure what stands in front of a line: job and step, time stamps, byte order marks.

    Args:
        text: the line, without control characters.
        job: the job and step of the line before: a message's further lines have them, too, but no time stamp.

    Returns:
        The length of the front, and the job and step to expect on the next line.
    """
    front = len(job) if job and text.startswith(job) else 0
    tabs = "\t" in text
    # Looking costs less than matching, and most lines have one time stamp and no more.
    while (
        tabs or text[front + _STAMP_AT : front + _STAMP_AT + 1] == "Z" or text[front : front + 1] == "\ufeff"
    ):
        found = _FRONT.match(text, front)
        if found is None:
            break
        job = found["job"] or job
        front = found.end()
    return front, job


def _last_overwritten(line: str) -> str:
    r"""What a terminal shows of a line with carriage returns: the last text that is not blank."""
    for part in reversed(line.split("\r")):
        if part and not part.isspace() and strip_control(part[:_MAX_RAW_LINE]).strip():
            return part[:_MAX_RAW_LINE]
    return ""


def _marker(text: str, front: int) -> int:
    """Measure an error marker behind the front; 0 when the line carries none."""
    if text.startswith(_ERROR, front):
        return len(_ERROR)
    if "::error" in text and (command := _RAW_ERROR.match(text, front)):
        return command.end() - front
    return 0


def _sections(lines: list[str], errors: list[int]) -> tuple[Section, ...]:
    """Cut the log into steps; groups that a step opens itself belong to the step."""
    starts = [n for n, line in enumerate(lines, 1) if line.startswith(_STEP)]
    lasts = [*(start - 1 for start in starts[1:]), len(lines)]
    return tuple(
        Section(
            title=lines[first - 1].removeprefix("##[group]").removeprefix("::group::"),
            first=first,
            last=last,
            failed=bisect_left(errors, first) < bisect_right(errors, last),
        )
        for first, last in zip(starts, lasts, strict=False)
    )
