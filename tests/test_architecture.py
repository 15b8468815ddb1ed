"""The house stays a house: sizes, fixtures and habits that no import contract sees."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BOT = ROOT / "bot"
FIXTURES = ROOT / "tests" / "fixtures"
MODULES = sorted(BOT.rglob("*.py"))
MAX_MODULE, MAX_FUNCTION, MAX_INIT = 300, 40, 30


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_a_module_stays_one_thing(path: Path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= (MAX_INIT if path.name == "__init__.py" else MAX_MODULE)


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_a_function_fits_on_a_screen(path: Path):
    long = [f.name for f in functions(path) if (f.end_lineno or f.lineno) - f.lineno + 1 > MAX_FUNCTION]
    assert long == []


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_a_module_says_its_purpose_in_its_first_line(path: Path):
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring, "a module docstring"


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_nothing_is_left_to_do_in_comments(path: Path):
    words = re.findall(r"#.*\b(TODO|FIXME|XXX|HACK)\b", path.read_text(encoding="utf-8"))
    assert words == []


def test_anything_goes_only_where_payloads_are_taken_apart():
    users = {
        shown(path)
        for path in MODULES
        if re.search(
            r"^from typing import .*\bAny\b|\btyping\.Any\b", path.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    allowed = ("bot/hooks/", "bot/github/", "bot/demo/")
    assert [user for user in sorted(users) if not user.startswith(allowed)] == []


def test_every_parser_has_real_output_to_prove_it():
    parsers = [path.stem for path in (BOT / "parsers").glob("*.py") if not path.stem.startswith("_")]
    assert parsers
    for parser in parsers:
        folder = FIXTURES / parser.rstrip("_")
        assert folder.is_dir(), f"tests/fixtures/{folder.name} for bot/parsers/{parser}.py"
        assert any(folder.rglob("*")), folder


def test_parsers_do_not_know_each_other():
    """By a test and not by import-linter's `independence`, so that a new parser needs no line elsewhere."""
    for path in (BOT / "parsers").glob("*.py"):
        others = {name for name in imported(path) if re.fullmatch(r"bot\.parsers\.[^_.]\w*", name)}
        assert others == set(), f"{path.name} imports {others}"


def imported(path: Path) -> set[str]:
    """Every module that may be meant by an import, whatever its form."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_every_fixture_names_its_source():
    bare = [
        folder.name
        for folder in FIXTURES.iterdir()
        if folder.is_dir() and folder.name != "__pycache__" and not list(folder.glob("SOURCE.md"))
    ]
    assert bare == []


def test_no_test_patches_our_code():
    own = Path(__file__).name
    patched = [
        shown(path)
        for path in (ROOT / "tests").rglob("*.py")
        if path.name != own
        and "fixtures" not in path.parts
        and re.search(r"mock\.patch|from unittest|monkeypatch\.setattr", path.read_text(encoding="utf-8"))
    ]
    assert patched == []


def test_no_lock_names_a_package_index():
    for lock in ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text(encoding="utf-8"), lock.name
