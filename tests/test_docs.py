"""The guides name what is there: parsers, fixtures, and no more logs than there are."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "parsers.md").read_text(encoding="utf-8")
PARSERS = {path.name for path in (ROOT / "bot" / "parsers").glob("*.py") if not path.name.startswith("_")}
FOLDERS = {name.removesuffix(".py").rstrip("_") for name in PARSERS}
ROW = re.compile(
    r"\[`(\w+\.py)`\]\(\.\./bot/parsers/\1\) \| \[`(\w+)/`\]\(\.\./tests/fixtures/\2/SOURCE\.md\) (\d+) "
)
ROWS = ROW.findall(GUIDE)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
LOGS = (".log", ".txt", ".out", ".gz", "")


def test_every_row_of_the_table_is_true():
    assert ROWS
    assert {module for module, _, _ in ROWS} <= PARSERS
    for module, folder, number in ROWS:
        assert folder == module.removesuffix(".py").rstrip("_")
        files = [path for path in (ROOT / "tests" / "fixtures" / folder).rglob("*") if path.suffix in LOGS]
        assert int(number) <= len(files), folder


def test_every_parser_and_its_fixtures_are_in_the_table():
    """A new parser needs two places and no third: its row is asked for, not demanded."""
    missing = PARSERS - {module for module, _, _ in ROWS} | FOLDERS - {folder for _, folder, _ in ROWS}
    if missing:
        pytest.skip(f"docs/parsers.md says nothing of {', '.join(sorted(missing))}")


def test_the_guide_counts_the_parsers():
    (number,) = re.findall(r"^(\d+) parsers, ", GUIDE, re.MULTILINE)
    assert int(number) == len(ROWS) <= len(PARSERS)


@pytest.mark.parametrize(
    "path",
    sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_every_link_to_a_file_leads_somewhere(path: Path):
    gone = [
        link for link in LINK.findall(path.read_text(encoding="utf-8")) if not (path.parent / link).exists()
    ]
    assert gone == []
