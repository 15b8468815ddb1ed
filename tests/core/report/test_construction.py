"""Outside three small modules, nothing in `report/` can build markdown from plain text."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot.report

PACKAGE = Path(bot.report.__file__).parent
TRUSTED = {"quote.py", "links.py", "markdown.py"}
LITERAL_FIRST = {"say", "join"}


def offences(tree: ast.AST) -> Iterator[str]:
    """Tell every place where text could become markdown without being quoted."""
    for node in ast.walk(tree):
        where = f"line {getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.JoinedStr):
            yield f"{where}: an f-string"
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            yield f"{where}: a % format"
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            literal = bool(node.args) and isinstance(node.args[0], ast.Constant)
            if name in {"format", "cast"} or (name == "Markdown" and isinstance(node.func, ast.Name)):
                yield f"{where}: {name}()"
            elif isinstance(node.func, ast.Name) and name in LITERAL_FIRST and not literal:
                yield f"{where}: {name}() with a template that is not a literal"
            elif (
                name == "count"
                and isinstance(node.func, ast.Name)
                and any(not isinstance(arg, ast.Constant) for arg in node.args[1:])
            ):
                yield f"{where}: count() with a noun that is not a literal"


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.name)
def test_a_module_only_fills_literals_with_quoted_text(path: Path) -> None:
    if path.name not in TRUSTED:
        assert list(offences(ast.parse(path.read_text("utf-8")))) == []


def test_the_rule_sees_an_f_string() -> None:
    assert list(offences(ast.parse("say(f'{x}')")))
    assert list(offences(ast.parse("Markdown(x)")))
    assert not list(offences(ast.parse("say('{}', x)")))
