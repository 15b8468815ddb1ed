"""Many expressions looked for by text that each of their matches holds, and confirmed by RE2 on its line."""

from collections.abc import Callable, Iterator, Sequence

from bot.scan.candidates import Candidates
from bot.scan.factors import factor_of
from bot.scan.grammar import Expression, compile_expression


class FactoredCandidates:
    """`Candidates` whose `places` cost what few literals cost; `possible` is not offered.

    Args:
        expressions: rewritten, each valid in RE2.
        make: gives the candidates for the factors, and for the expressions that have none.
    """

    def __init__(self, expressions: Sequence[str], make: Callable[[tuple[str, ...]], Candidates]) -> None:
        groups: dict[str, list[int]] = {}
        for index, text in enumerate(expressions):
            groups.setdefault(factor_of(text) or text, []).append(index)
        self._groups = list(groups.values())
        self._wanted = [[(i, _compiled(expressions[i])) for i in group] for group in self._groups]
        # One look at a line tells whether any of a factor's expressions is found there.
        self._any = [_compiled("|".join(f"(?:{expressions[i]})" for i in group)) for group in self._groups]
        self._candidates = make(tuple(groups))

    def possible(self, text: bytes) -> Sequence[int]:
        """Give what `places` finds."""
        return sorted({index for _, index in self.places(text)})

    def places(self, text: bytes) -> Sequence[tuple[int, int]]:
        """Look for the factors, then for the expressions on their lines, each line once."""
        return sorted(self._confirmed(text))

    def _confirmed(self, text: bytes) -> Iterator[tuple[int, int]]:
        end, line = -1, b""
        seen: set[int] = set()
        # Places come in their order: a line is cut out once.
        for offset, number in self._candidates.places(text):
            if offset > end:
                start = text.rfind(b"\n", 0, offset) + 1
                end = text.find(b"\n", offset)
                end = end if end >= 0 else len(text)
                line = text[start:end]
                seen.clear()
            if number in seen:
                continue
            seen.add(number)
            if not self._any[number].search(line):
                continue
            wanted = self._wanted[number]
            # Where a factor is one expression's alone, that was it.
            yield from ((offset, index) for index, one in wanted if len(wanted) == 1 or one.search(line))


def _compiled(expression: str) -> Expression:
    return compile_expression(f"(?m:{expression})".encode())
