"""MSBuild's and the C# compiler's errors: `Cart.cs(12,9): error CS0103: … [Shop.csproj]`.

The format: https://learn.microsoft.com/visualstudio/msbuild/msbuild-diagnostic-format-for-tasks
"""

import re
from collections.abc import Sequence

from bot.model.failure import Failure, FailureKind, Status
from bot.parsers._workspace import relative

ERROR = re.compile(
    r"\s{0,12}(?:(?P<file>[^\s(:][^(]{0,500}?|[A-Za-z]:[^(]{0,500}?)"
    r"(?:\((?P<line>\d{1,7})(?:,\d{1,7}){0,3}\))?\s?: )?(?:fatal )?error "
    r"(?P<code>[A-Za-z]{1,12}\d{1,6}|WHITESPACE|FINALNEWLINE|ENDOFLINE|CHARSET|IMPORTS): (?P<told>.{1,4000}?)"
    r"(?: \[(?P<project>[^\]]{1,500}\.(?:cs|fs|vb|sql|es)?proj)(?:::[^\]]{1,200})?\])?$"
)
# The package source did not answer; missing packages and conflicts of versions are the project's own fault.
_SOURCES = {"NU1301", "NU1304"}
# `dotnet format --verify-no-changes`.
_FORMAT = {"WHITESPACE", "FINALNEWLINE", "ENDOFLINE", "CHARSET", "IMPORTS"}
# Without the project behind it, only these are surely .NET's.
_PREFIXES = (
    "CS",
    "FS0",
    "FS1",
    "FS2",
    "FS3",
    "BC3",
    "BC4",
    "MSB",
    "NU1",
    "NETSDK",
    "CA1",
    "CA2",
    "IDE0",
    "RZ1",
)


def read_errors(lines: Sequence[str], tool: str) -> list[Failure]:
    """Give each error once: MSBuild repeats them below `Build FAILED.`, and per target framework."""
    found: dict[tuple[str, str, str, str], Failure] = {}
    for number, text in enumerate(lines, 1):
        error = ERROR.match(text) if "error " in text[:1100] else None
        if error is None or not (error["project"] or error["code"].startswith(_PREFIXES)):
            continue
        file = (error["file"] or "").strip()
        file = "" if file in {"MSBUILD", "CSC", "VBC", "FSC", "error"} else relative(file)
        key = (file, error["line"] or "", error["code"], error["told"])
        if key not in found:
            found[key] = _failure(tool, error, file, number)
    return list(found.values())


def _failure(tool: str, error: re.Match[str], file: str, number: int) -> Failure:
    infra, style = error["code"] in _SOURCES, error["code"] in _FORMAT
    kind = FailureKind.LINT if style else FailureKind.BUILD
    return Failure(
        tool=tool,
        kind=FailureKind.INFRA if infra else kind,
        status=Status.ERROR,
        test="",
        message=f"{error['code']}: {error['told']}",
        file=file,
        line=int(error["line"] or 0),
        log_line=number,
        extent=(number, number),
        rerun=f"dotnet build {relative(error['project'])}" if error["project"] else "",
        suite=relative(error["project"]) if error["project"] else "",
    )
