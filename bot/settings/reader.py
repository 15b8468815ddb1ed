"""Variables one by one, and what is wrong with them."""

from collections.abc import Mapping


class Reader:
    """Reads variables and collects their problems, one line each."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.problems: list[str] = []

    def complain(self, variable: str, wrong: str, write: str) -> None:
        """Note what is wrong with a variable, and what to write instead."""
        self.problems.append(f"{variable}: {wrong}; write {write}")

    def text(self, name: str, default: str) -> str:
        """A variable as it is."""
        return self.env.get(name, default)

    def number(
        self, name: str, default: int | None, write: str, most: int = 2**63 - 1, *, least: int = 1
    ) -> int:
        """A whole number from `least` to `most`; without a default it has to be set."""
        value = self.env.get(name)
        if value is None:
            if default is None:
                self.complain(name, "is not set", write)
            return default or 0
        if (
            value.isascii()
            and value.isdigit()
            and len(value) <= len(str(most))
            and least <= int(value) <= most
        ):
            return int(value)
        self.complain(name, f"{value[:40]!r} is not such a number", write)
        return 0

    def choice(self, name: str, known: tuple[str, ...], default: str) -> str:
        """One of a few words, in lower case."""
        value = self.env.get(name, default).lower()
        if value not in known:
            self.complain(name, f"{value[:40]!r} is not known", "one of " + ", ".join(known))
        return value

    def switch(self, name: str) -> bool:
        """Yes or no; no unless set."""
        value = self.env.get(name, "false").lower()
        if value not in ("true", "1", "yes", "false", "0", "no"):
            self.complain(name, f"{value[:40]!r} is neither", "true or false")
        return value in ("true", "1", "yes")

    def entries(self, name: str) -> tuple[str, ...]:
        """What stands between commas."""
        return tuple(entry.strip() for entry in self.env.get(name, "").split(",") if entry.strip())
