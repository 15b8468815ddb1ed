"""What a push adds, as GitHub shows it: the bug's own lines, and small edits of the other files."""

import difflib
import random
from collections.abc import Mapping, Sequence

from tests.trust.suite import Suite, source_files
from tests.trust.wrap import folder_of

# Places in which a file that holds no bug is edited.
EDITS = (1, 4)


def patches_of(
    files: Sequence[str], variants: Mapping[str, str], suites: Sequence[Suite], seed: str
) -> dict[str, str]:
    """The part of the diff of each file, in git's unified form.

    Args:
        files: the paths that the pull request changes.
        variants: what is in each suite's code at this push.
        suites: where the files lie.
        seed: of the edits, the same for one file at each push.
    """
    found = {}
    for suite in suites:
        place = folder_of(suite.name)
        known = {f"{place}/{path.relative_to(suite.folder)}": path for path in source_files(suite.folder)}
        bugs = suite.variants()[variants.get(suite.name, "clean")]
        for file in sorted(known.keys() & set(files)):
            old = known[file].read_text(encoding="utf-8", errors="replace")
            new = old
            for bug in bugs:
                if f"{place}/{bug.file}" == file:
                    new = new.replace(bug.find, bug.replace)
            rng = random.Random(f"{seed} {file}")  # noqa: S311 - a seeded draw
            found[file] = patch(old, new if new != old else edited(new, rng))
    return found


def edited(text: str, rng: random.Random) -> str:
    """The text with a few of its lines touched: most edits keep most of a line."""
    lines = text.split("\n")
    for _ in range(rng.randint(*EDITS)):
        at = rng.randrange(len(lines))
        lines[at] = f"{lines[at]} "
    return "\n".join(lines)


def patch(old: str, new: str) -> str:
    """Git's unified form without the heads, as GitHub gives it."""
    lines = difflib.unified_diff(old.split("\n"), new.split("\n"), lineterm="", n=3)
    return "\n".join(line for n, line in enumerate(lines) if n > 1)
