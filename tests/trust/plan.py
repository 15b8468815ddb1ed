"""Six weeks of a team's life, drawn from a seed: pull requests, bugs, pushes, re-runs, a `main` that breaks.

Pure: the same seed and suites always give the same plan. Nothing of Retriage's answers is known here.
"""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tests.trust.suite import CLEAN, Mutation, Suite, source_files
from tests.trust.wrap import folder_of

AUTHORS = (
    "ada",
    "ben",
    "cleo",
    "dan",
    "eva",
    "finn",
    "gita",
    "hugo",
    "ines",
    "jack",
    "kim",
    "lena",
    "milo",
    "nora",
    "omar",
)
# What a pull request is, and how many of a hundred are so. Bugs are drawn evenly from all of the suites'.
KINDS = {
    "clean": 52,
    "bug": 27,
    "two-suites": 5,
    "two-bugs": 4,
    "twins": 6,
    "triplets": 2,
    "stack": 4,
}
# Pushes of one pull request lie apart so far that its run and its re-runs fit between them.
NEXT_PUSH_HOURS = (4.0, 30.0)
TITLES = ("Speed up", "Tidy up", "Extend", "Rework", "Correct", "Simplify")


@dataclass(frozen=True, slots=True)
class Push:
    """A push, and the run that it starts.

    Attributes:
        at: since the beginning.
        minutes: how long its run takes.
        variants: what is run of a suite where it is not what `main` has.
        force: the branch is written anew.
        reruns: how often somebody re-runs the failed jobs while there are any.
    """

    at: timedelta
    minutes: int
    variants: Mapping[str, str] = field(default_factory=dict)
    force: bool = False
    reruns: int = 0


@dataclass(frozen=True, slots=True)
class PullPlan:
    """A pull request's life. `parent` is the one it is stacked on; `lands` leaves its bugs on `main`."""

    key: str
    kind: str
    author: str
    title: str
    files: tuple[str, ...]
    pushes: tuple[Push, ...]
    merged: timedelta | None = None
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """A bug on `main`, from one merge to another."""

    suite: str
    variant: str
    since: timedelta
    until: timedelta


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that will happen.

    Attributes:
        debuts: when a flake first shows, by suite and test; before, runs in which it failed are not drawn.
        written: when a signature is added to the configuration; the others hold from the beginning.
    """

    pulls: tuple[PullPlan, ...]
    breaks: tuple[Break, ...]
    debuts: Mapping[tuple[str, str], timedelta]
    written: Mapping[str, timedelta]
    days: int

    def on_main(self, suite: str, at: timedelta) -> str:
        """What `main` has of a suite."""
        broken = (one.variant for one in self.breaks if one.suite == suite and one.since <= at < one.until)
        return next(broken, CLEAN)


def make_plan(
    suites: Sequence[Suite], seed: int, days: int, pulls: int, idle: Collection[tuple[str, str]] = ()
) -> Plan:
    """Draw a plan of about so many pull requests; `idle` are bugs, by suite and variant, that break none."""
    rng = random.Random(f"plan {seed}")  # noqa: S311 - a seeded draw
    draw = _Draw(rng, tuple(suites), days, idle)
    draw.break_main(max(1, pulls // 22))
    names: list[str] = []
    while len(draw.pulls) < pulls:
        # Dealt like cards, so that a hundred hold each kind as often as it should be.
        names = names or rng.sample(*_cards())
        draw.pull_of_kind(names.pop())
    return Plan(tuple(draw.pulls), tuple(draw.breaks), draw.debuts(), draw.late_signatures(), days)


class _Draw:
    def __init__(
        self, rng: random.Random, suites: tuple[Suite, ...], days: int, idle: Collection[tuple[str, str]]
    ) -> None:
        self.rng = rng
        self.suites = suites
        self.days = days
        self.pulls: list[PullPlan] = []
        self.breaks: list[Break] = []
        self.idle = idle
        self.bugs = [(s, one) for s in suites for one in s.mutations if (s.name, one.id) not in idle]
        self.left: list[tuple[Suite, Mutation]] = []
        self.files = {suite.name: _product_files(suite) for suite in suites}

    def moment(self, first: float = 0.0, last: float = 0.0) -> timedelta:
        """Some working hour; few of them at weekends."""
        while True:
            day = self.rng.uniform(first, last or self.days - 4)
            if int(day) % 7 < 5 or self.rng.random() < 0.2:
                return timedelta(days=int(day), hours=self.rng.uniform(8, 19))

    def deal(self) -> tuple[Suite, Mutation]:
        """The next bug: none comes twice by itself before all have come. People seldom make the same one."""
        self.left = self.left or self.rng.sample(self.bugs, len(self.bugs))
        return self.left.pop()

    def break_main(self, times: int) -> None:
        for _ in range(times):
            suite, bug = self.deal()
            since = self.moment(2)
            until = since + timedelta(hours=self.rng.uniform(3, 30))
            wide = timedelta(hours=40)
            if any(
                b.suite == suite.name and b.since - wide < until and since < b.until + wide
                for b in self.breaks
            ):
                continue
            self.breaks.append(Break(suite.name, bug.id, since, until))
            files = (self.path(suite, bug.file),)
            landing = self.add(
                "lands", {suite.name: bug.id}, files, first=since - timedelta(hours=1), merged=since
            )
            title = f'Revert "{landing.title}"' if self.rng.random() < 0.5 else f"Repair {bug.file}"
            self.add(
                "repairs",
                {suite.name: CLEAN},
                files,
                first=until - timedelta(minutes=50),
                merged=until,
                title=title,
            )

    def pull_of_kind(self, kind: str) -> None:
        if kind == "clean":
            self.add(kind, {}, self.changed(self.rng.choice(self.suites)))
            return
        suite, bug = self.deal()
        variants, files = {suite.name: bug.id}, self.changed(suite, bug)
        if kind == "bug":
            self.add(kind, variants, files)
        elif kind == "two-suites":
            other, more = self.deal()
            self.add(kind, variants | {other.name: more.id}, files + self.changed(other, more))
        elif kind == "two-bugs":
            twos = (name for name, both in suite.variants().items() if len(both) > 1)
            pairs = [name for name in twos if (suite.name, name) not in self.idle]
            pair = self.rng.choice(pairs or [bug.id])
            named = tuple(self.path(suite, one.file) for one in suite.variants()[pair])
            self.add(kind, {suite.name: pair}, named)
        elif kind == "stack":
            below = self.add(kind, variants, files, bad=2)
            first = below.pushes[0].at + timedelta(hours=2)
            above = self.changed(self.rng.choice(self.suites))
            self.add(kind, variants, above, first=first, bad=1, parent=below.key)
        else:
            start = self.moment()
            for author in self.rng.sample(AUTHORS, {"twins": 2, "triplets": 3}[kind]):
                first = start + timedelta(hours=self.rng.uniform(0, 60))
                self.add(kind, variants, self.changed(suite, bug), first=first, author=author)

    def add(
        self,
        kind: str,
        variants: Mapping[str, str],
        files: tuple[str, ...],
        *,
        first: timedelta | None = None,
        merged: timedelta | None = None,
        author: str = "",
        title: str = "",
        parent: str = "",
        bad: int = 0,
    ) -> PullPlan:
        """One pull request: some pushes with its bugs, and usually one without them at the end."""
        rng = self.rng
        bad = bad or rng.choices((1, 2, 3), (5, 3, 2))[0]
        plan: list[Mapping[str, str]] = [variants] * bad
        if merged is None and variants and not parent:
            plan = [{}] * (rng.random() < 0.25) + plan + [{}] * (rng.random() < 0.85)
        if merged is not None:
            plan = [variants]
        at = first if first is not None else self.moment()
        pushes = []
        for n, one in enumerate(plan):
            if merged is None:
                at = self.after_breaks(at, one)
            reruns = rng.choices((0, 1, 2), (60, 32, 8))[0]
            force = n > 0 and rng.random() < 0.15
            pushes.append(Push(at, rng.randint(6, 14), one, force, 0 if merged else reruns))
            at += timedelta(hours=rng.uniform(*NEXT_PUSH_HOURS))
        ends_well = not plan[-1] and not parent
        if merged is None and ends_well and rng.random() < 0.85:
            merged = pushes[-1].at + timedelta(hours=rng.uniform(3.1, 12))
        key = f"{kind}-{len(self.pulls) + 1}"
        title = title or f"{rng.choice(TITLES)} {files[0]}"
        pull = PullPlan(key, kind, author or rng.choice(AUTHORS), title, files, tuple(pushes), merged, parent)
        self.pulls.append(pull)
        return pull

    def after_breaks(self, at: timedelta, variants: Mapping[str, str]) -> timedelta:
        """A run holds one variant of a suite: a push with its own bug waits until `main` is well there."""
        for one in sorted(self.breaks, key=lambda one: one.since):
            if one.suite in variants and one.since - timedelta(hours=1) <= at < one.until:
                at = one.until + timedelta(hours=1)
        return at

    def changed(self, suite: Suite, bug: Mutation | None = None) -> tuple[str, ...]:
        """Files that a pull request changes: the bug's, a few others, and now and then a flaky test's."""
        files = [self.path(suite, bug.file)] if bug else []
        files += self.rng.sample(
            self.files[suite.name], min(len(self.files[suite.name]), self.rng.randint(1, 3))
        )
        if self.rng.random() < 0.15:
            files.append(self.path(suite, self.rng.choice(suite.flakes).file))
        return tuple(dict.fromkeys(files))

    def path(self, suite: Suite, file: str) -> str:
        return f"{folder_of(suite.name)}/{file}"

    def debuts(self) -> dict[tuple[str, str], timedelta]:
        """One flake of seven is not there at the beginning."""
        flakes = [(suite.name, one) for suite in self.suites for one in suite.flakes]
        late = self.rng.sample(flakes, len(flakes) // 7)
        return {
            (name, one.test): timedelta(days=self.rng.uniform(8, max(9, self.days - 10)))
            for name, one in late
        }

    def late_signatures(self) -> dict[str, timedelta]:
        """One signature of seven is written after a while."""
        ids = [str(one["id"]) for suite in self.suites for one in suite.signatures]
        late = self.rng.sample(ids, len(ids) // 7)
        return {one: timedelta(days=self.rng.choice((9, 13)), hours=7) for one in late}


def _cards() -> tuple[list[str], int]:
    """A hundred kinds, each as often as its share says, and how many they are."""
    cards = [name for name, share in KINDS.items() for _ in range(share)]
    return cards, len(cards)


def _product_files(suite: Suite) -> list[str]:
    own = ("suite.toml", "retriage.yml", "README.md")
    names = [str(path.relative_to(suite.folder)) for path in source_files(suite.folder)]
    tests = {one.file for one in suite.flakes}
    product = [one for one in names if one not in own and "test" not in one.lower() and one not in tests]
    return [f"{folder_of(suite.name)}/{one}" for one in product]
