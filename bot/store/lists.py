"""Lists as one parameter: a statement's text is the same however long they are, and is understood once.

A list is a JSON array of objects, of which each database makes a table in its own words.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import BigInteger, ColumnElement, Text, bindparam, cast, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import TableValuedAlias

from bot.store.codec import encode

# Values of one IN list, where a list is not one parameter.
BATCH = 500

_Item = TypeVar("_Item")


class _Each(FunctionElement[str]):
    """The objects of a list."""

    name = "each"
    inherit_cache = True


class _Part(FunctionElement[str]):
    """What an object has under a name."""

    name = "part"
    inherit_cache = True
    type = Text()


@compiles(_Each, "sqlite")
def _each_in_sqlite(element: _Each, compiler: SQLCompiler, **options: object) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Each, "postgresql")
def _each_in_postgresql(element: _Each, compiler: SQLCompiler, **options: object) -> str:
    return f"jsonb_array_elements(CAST({compiler.process(element.clauses, **options)} AS JSONB))"


@compiles(_Part, "sqlite")
def _part_in_sqlite(element: _Part, compiler: SQLCompiler, **options: object) -> str:
    whole, name = (compiler.process(one, **options) for one in element.clauses)
    return f"json_extract({whole}, '$.' || {name})"


@compiles(_Part, "postgresql")
def _part_in_postgresql(element: _Part, compiler: SQLCompiler, **options: object) -> str:
    whole, name = (compiler.process(one, **options) for one in element.clauses)
    return f"({whole} ->> {name})"


def table_of(parameter: str) -> TableValuedAlias:
    """The list that a parameter holds, as a table."""
    return _Each(bindparam(parameter, type_=Text)).table_valued("value", name=parameter)


def text_in(table: TableValuedAlias, name: str) -> ColumnElement[str]:
    """What each object has under a name, as text."""
    return _Part(table.c.value, literal_column(f"'{name}'"))


def number_in(table: TableValuedAlias, name: str) -> ColumnElement[int]:
    """What each object has under a name, as a number."""
    return cast(text_in(table, name), BigInteger)


def list_of(objects: Iterable[Mapping[str, str | int]]) -> str:
    """The parameter's value. Its texts have been cleaned."""
    return encode(list(objects)).decode()


def batches(items: Sequence[_Item]) -> Iterator[list[_Item]]:
    """Different items in pieces that an IN list takes."""
    unique = list(dict.fromkeys(items))
    for start in range(0, len(unique), BATCH):
        yield unique[start : start + BATCH]
