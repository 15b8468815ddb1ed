"""The sentences with which pip says why it stopped, one line each."""

import re
from collections.abc import Sequence
from typing import Final

from bot.model.failure import FailureKind

_BUILD, _SETUP = FailureKind.BUILD, FailureKind.SETUP

# First the reasons, in the order in which one is believed; the kind is what it is without a broken network.
_REASONS: Final[Sequence[tuple[re.Pattern[str], FailureKind]]] = (
    (
        re.compile(
            r"Cannot install .{1,4000} because these package versions have conflicting dependencies\.$"
        ),
        _BUILD,
    ),
    (re.compile(r"Could not find a version that satisfies the requirement \S"), _BUILD),
    (re.compile(r"No matching distribution found for \S"), _BUILD),
    (re.compile(r"THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE"), _BUILD),
    (re.compile(r"(?:Hashes are required in|In) --require-hashes mode"), _BUILD),
    (re.compile(r"Package '[^'\n]{1,200}' requires a different Python: "), _BUILD),
    (re.compile(r"\S{1,500} is not a supported wheel on this platform"), _BUILD),
    (re.compile(r"Could not build wheels for \S"), _BUILD),
    (re.compile(r"Failed to build installable wheels for some "), _BUILD),
    (re.compile(r"Failed to build '[^'\n]{1,500}' when "), _BUILD),
    (re.compile(r"Could not install packages due to an (?:OSError|EnvironmentError): "), _SETUP),
    (re.compile(r"HTTP error \d{3} while getting "), _BUILD),
    (re.compile(r"Could not open requirements file: "), _SETUP),
    (re.compile(r"Invalid requirement: "), _SETUP),
    (
        re.compile(
            r"(?:Directory|File) '[^'\n]{1,500}' (?:is not installable|does not exist|looks like a filename)"
        ),
        _SETUP,
    ),
    (
        re.compile(
            r"\S{1,500} (?:is not a valid editable requirement|does not appear to be a Python project)"
        ),
        _SETUP,
    ),
    (re.compile(r"Could not detect requirement name for "), _SETUP),
    (re.compile(r"ResolutionImpossible: for help visit "), _BUILD),
)
_LATE = re.compile(
    r"(?:ERROR: )?(?:Could not build wheels for|Failed to build|Failed building wheel for"
    r"|ResolutionImpossible|No matching distribution found)"
)
_FRONT = "ERROR: "
_SUBPROCESS = re.compile(r" {0,8}error: subprocess-exited-with-error$")


def reason(text: str) -> FailureKind | None:
    """Give the kind of what a line of pip's says, or nothing where the line is no reason."""
    if not text.startswith(_FRONT):
        return None
    said = text[len(_FRONT) :]
    return next((kind for pattern, kind in _REASONS if pattern.match(said)), None)


def is_late(text: str) -> bool:
    """Whether a line only repeats, after a block about a subprocess, that it failed."""
    return _LATE.match(text.strip()) is not None


def is_subprocess(text: str) -> bool:
    """Whether a block begins here about a build that failed."""
    return _SUBPROCESS.match(text) is not None


def says_why(text: str) -> bool:
    """Whether pip, or uv in its place, tells in this line why an installation failed."""
    return reason(text) is not None or is_subprocess(text) or text.startswith("  × ")
