"""How many characters a pattern pins down: the measure of "would match too much"."""

from dataclasses import dataclass

from bot.model.signature import Pattern

# Groups nest this deep in nobody's signature; deeper ones count as pinning down nothing.
MAX_NESTING = 50
# After a backslash these stand for a set, a boundary or a control character, not for themselves.
SETS = frozenset("dDwWsSbBAzpPCvfnrta")
DIGITS = frozenset("0123456789")


def literal_length(pattern: Pattern) -> int:
    """Count the characters, blanks apart, that every line that matches must hold.

    Of alternatives the shortest counts, what may be left out counts nothing. Reads RE2 syntax
    (https://github.com/google/re2/wiki/Syntax); of a pattern that does not compile the number means nothing.
    """
    if not pattern.is_regex:
        return len("".join(pattern.text.split()))
    return _Reader(pattern.text).alternatives(0)


@dataclass(slots=True)
class _Reader:
    """A place in an expression; every method moves it forward."""

    text: str
    at: int = 0

    def alternatives(self, depth: int) -> int:
        """The least of what stands between `|`, up to the group's end."""
        least, length, last = -1, 0, 0
        while self.at < len(self.text) and not (self.text[self.at] == ")" and depth):
            if self.text[self.at] == "|":
                self.at += 1
                least = length if least < 0 else min(least, length)
                length = last = 0
            elif (times := self.repeat()) is not None:
                length += last * (times - 1)
                last *= times
            else:
                last = self.atom(depth)
                length += last
        return length if least < 0 else min(least, length)

    def repeat(self) -> int | None:
        """How often the last atom must stand there, when a repetition follows it."""
        char = self.text[self.at]
        if char in "*?+":
            self.at += 1
            return 1 if char == "+" else 0
        end = self.text.find("}", self.at, self.at + 12) if char == "{" else -1
        low = self.text[self.at + 1 : end].partition(",")[0] if end > 0 else ""
        if not (low and DIGITS.issuperset(low)):
            return None
        self.at = end + 1
        return int(low)

    def atom(self, depth: int) -> int:
        """One character, class, escape or group: how many characters it pins down."""
        char = self.text[self.at]
        self.at += 1
        match char:
            case "\\":
                return self.escape()
            case "[":
                self.skip_class()
                return 0
            case "(":
                return self.group(depth)
            case "." | "^" | "$" | ")":
                return 0
            case _:
                return 0 if char.isspace() else 1

    def escape(self) -> int:
        """What follows a backslash."""
        char = self.text[self.at : self.at + 1]
        self.at += 1
        if char == "Q":
            end = self.text.find("\\E", self.at)
            end = len(self.text) if end < 0 else end
            quoted, self.at = self.text[self.at : end], end + 2
            return len("".join(quoted.split()))
        if char in ("p", "P", "x") and self.text.startswith("{", self.at):
            end = self.text.find("}", self.at)
            self.at = len(self.text) if end < 0 else end + 1
            return 1 if char == "x" else 0
        if char == "x":
            self.at += 2
        elif char in ("p", "P"):
            self.at += 1
        return 0 if char in SETS or not char.strip() else 1

    def skip_class(self) -> None:
        """Move behind `[...]`; a `]` that comes first belongs to it."""
        if self.text.startswith("^", self.at):
            self.at += 1
        start = self.at
        while self.at < len(self.text) and (self.text[self.at] != "]" or self.at == start):
            if self.text.startswith("[:", self.at):
                end = self.text.find(":]", self.at)
                self.at = end + 1 if end > 0 else self.at
            self.at += 2 if self.text[self.at : self.at + 1] == "\\" else 1
        self.at += 1

    def group(self, depth: int) -> int:
        """`(...)`, `(?:...)`, `(?i)`, `(?P<name>...)`."""
        if self.text.startswith("?", self.at):
            while self.at < len(self.text) and self.text[self.at] not in ":>)":
                self.at += 1
            if self.text[self.at : self.at + 1] == ")":
                self.at += 1
                return 0
            self.at += 1
        if depth >= MAX_NESTING:
            self.at = len(self.text)
            return 0
        inside = self.alternatives(depth + 1)
        self.at += 1
        return inside
