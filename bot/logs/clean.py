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

# The runner writes seven digits, always UTC: a program's own time stamp looks different and stays.
_STAMP = re.compile(r"(?:\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z(?: |$))+|\ufeff+")
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
    prefix = ""
    errors: list[int] = []
    colours: dict[int, tuple[int, ...]] = {}
    for number, line in enumerate(lines, 1):
        if "\t" in line:
            prefix, line = _without_prefix(line, prefix)  # noqa: PLW2901 - the line without its job and step
        cleaned, changes = _clean_line(line)
        if cleaned.startswith((_ERROR, "::error", " ", "\t")) and (behind := _behind_error(cleaned)):
            errors.append(number)
            changes = tuple(at - behind for at in changes if at > behind)
            cleaned = cleaned[behind:]
        if changes:
            colours[number] = changes
        lines[number - 1] = cleaned
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


def _without_prefix(line: str, prefix: str) -> tuple[str, str]:
    """Strip `job<TAB>step<TAB>`; a message's further lines carry it too, but no time stamp.

    Returns:
        The prefix to expect on the next line, and the rest of this one.
    """
    if prefix and line.startswith(prefix):
        return prefix, line[len(prefix) :]
    parts = line.split("\t", 2)
    if len(parts) == 3 and _STAMP.match(parts[2]):  # noqa: PLR2004 - job, step, text
        return f"{parts[0]}\t{parts[1]}\t", parts[2]
    return prefix, line


def _clean_line(line: str) -> tuple[str, tuple[int, ...]]:
    """Clean one line, the fast way where it holds nothing but text; give the colour's changes too."""
    if line.isprintable() and len(line) <= MAX_LINE:
        return _without_stamp(line), ()
    line = line.rstrip("\r")
    line = _without_stamp(line[:_MAX_RAW_LINE] if "\r" not in line else _last_overwritten(line))
    text, changes = split_colours(line)
    cleaned = _without_stamp(text)
    if stripped := len(text) - len(cleaned):
        changes = tuple(at - stripped for at in changes if at > stripped)
    if len(cleaned) > MAX_LINE:
        changes = tuple(at for at in changes if at < MAX_LINE)
    return cleaned[:MAX_LINE], changes


def _without_stamp(line: str) -> str:
    """Strip the runner's time stamp (a line may have got two) and byte order marks in front."""
    if line[_STAMP_AT : _STAMP_AT + 1] == "Z" or line[:1] == "\ufeff":
        while stamp := _STAMP.match(line):
            line = line[stamp.end() :]
    return line


def _last_overwritten(line: str) -> str:
    r"""What a terminal shows of a line with carriage returns: the last text that is not blank."""
    for part in reversed(line.split("\r")):
        if part and not part.isspace() and strip_control(part[:_MAX_RAW_LINE]).strip():
            return part[:_MAX_RAW_LINE]
    return ""


def _behind_error(line: str) -> int:
    """Give the length of an error marker at the line's beginning; 0 when it carries none."""
    if line.startswith(_ERROR):
        return len(_ERROR)
    if "::error" in line and (command := _RAW_ERROR.match(line)):
        return command.end()
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
