"""The arithmetic: from outcomes to shares with intervals. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.classify.past import wilson
from bot.model.verdict import VerdictClass
from tests.trust.outcome import BASE, EXCUSED, FLAKE, NOT_LISTED, REGRESSION, Extra, Outcome

# History needs a week before rungs 6 to 8 can say much.
FIRST_WEEK = 7.0
KNOWN = (VerdictClass.KNOWN_FLAKE.value, VerdictClass.INFRA.value)
UNKNOWN = VerdictClass.UNKNOWN.value
Asked = Callable[[Outcome], bool]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with Wilson's interval at 95 %."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share itself; 0 of nothing."""
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies, 95 % sure."""
        return wilson(self.hits, self.total)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.1%} ({low:.1%} to {high:.1%}), {self.hits:,} of {self.total:,}"


def share(rows: Iterable[Outcome], asked: Asked, hit: Asked) -> Share:
    """Of the rows that are asked for, the share of hits."""
    counted = [one for one in rows if asked(one)]
    return Share(sum(map(hit, counted)), len(counted))


def is_real(one: Outcome) -> bool:
    """A real regression, the pull request's own or one of `main`."""
    return one.truth in (REGRESSION, BASE)


def is_own(one: Outcome) -> bool:
    """A regression that the pull request itself brings, or the one it is stacked on."""
    return one.truth == REGRESSION


def is_masked(one: Outcome) -> bool:
    """Shown as something that nobody needs to look at (DESIGN section 2)."""
    return one.verdict in EXCUSED


def is_known(one: Outcome) -> bool:
    """A flake for which the configuration has a signature at that time."""
    return one.truth == FLAKE and one.known


def shown_known(one: Outcome) -> bool:
    """Shown as a known flake or as infrastructure: rung 5."""
    return one.verdict in KNOWN


@dataclass(frozen=True, slots=True)
class Figures:
    """What `make trust` says.

    `masking_once` counts each bug and test once, masked if it ever was: runs of one bug are not independent.
    `masking_all_once` does so with the bugs of `main`, too.
    """

    failures: int
    tests: int
    bugs: int
    unsure: int
    masking: Share
    masking_own: Share
    masking_once: Share
    masking_all_once: Share
    masking_job: Share
    on_base_wrongly: Share
    recall: Share
    recall_unchanged: Share
    precision: Share
    unknown: Share
    unknown_flakes: Share
    unknown_regressions: Share
    accused: Share
    found: Share
    unlisted: Share


def figures(rows: Sequence[Outcome]) -> Figures:
    """Every figure; what the control runs could not decide is left out of all of them."""
    sure = [one for one in rows if one.truth in (REGRESSION, BASE, FLAKE)]
    late = [one for one in sure if one.day >= FIRST_WEEK]
    return Figures(
        failures=len(sure),
        tests=len({(one.suite, one.test) for one in sure}),
        bugs=len({(one.suite, one.bug) for one in sure if is_real(one)}),
        unsure=len(rows) - len(sure),
        masking=share(sure, is_real, is_masked),
        masking_own=share(sure, is_own, is_masked),
        masking_once=_once(sure, is_own),
        masking_all_once=_once(sure, is_real),
        masking_job=masked_jobs(sure),
        on_base_wrongly=share(sure, is_own, lambda one: one.verdict == VerdictClass.ON_BASE.value),
        recall=share(sure, is_known, shown_known),
        recall_unchanged=share(sure, lambda one: is_known(one) and not one.outweighed, shown_known),
        precision=share(sure, shown_known, lambda one: one.truth == FLAKE),
        unknown=share(late, lambda _: True, lambda one: one.verdict == UNKNOWN),
        unknown_flakes=share(late, lambda one: one.truth == FLAKE, lambda one: one.verdict == UNKNOWN),
        unknown_regressions=share(late, is_real, lambda one: one.verdict == UNKNOWN),
        accused=share(
            late, lambda one: one.truth == FLAKE, lambda one: one.verdict == VerdictClass.REGRESSION.value
        ),
        found=share(sure, is_own, lambda one: one.verdict == VerdictClass.REGRESSION.value),
        unlisted=share(sure, lambda _: True, lambda one: one.verdict == NOT_LISTED),
    )


def _once(rows: Iterable[Outcome], asked: Asked) -> Share:
    """Of the different pairs of bug and broken test, those that were masked at least once."""
    masked: dict[tuple[str, str, str], bool] = {}
    for one in filter(asked, rows):
        key = (one.suite, one.bug, one.test)
        masked[key] = masked.get(key, False) or is_masked(one)
    return Share(sum(masked.values()), len(masked))


def masked_jobs(rows: Iterable[Outcome]) -> Share:
    """Of the jobs with a pull request's own regression, those in which every sign of it was excused."""
    jobs: dict[tuple[str, int, int, str], list[bool]] = {}
    for one in filter(is_own, rows):
        jobs.setdefault((one.pull, one.push, one.attempt, one.suite), []).append(is_masked(one))
    return Share(sum(map(all, jobs.values())), len(jobs))


def by(rows: Iterable[Outcome], key: Callable[[Outcome], str], asked: Asked, hit: Asked) -> dict[str, Share]:
    """A share for each value of a key, the largest groups first."""
    groups: dict[str, list[Outcome]] = {}
    for one in filter(asked, rows):
        groups.setdefault(key(one), []).append(one)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return {name: Share(sum(map(hit, ones)), len(ones)) for name, ones in ordered}


def ladder(rows: Iterable[Outcome]) -> dict[tuple[int, str], Counter[str]]:
    """For each rung and class, what the failures truly were."""
    table: dict[tuple[int, str], Counter[str]] = {}
    for one in rows:
        truth = "known flake" if is_known(one) else "other flake" if one.truth == FLAKE else one.truth
        table.setdefault((one.rung, one.verdict), Counter())[truth] += 1
    return dict(sorted(table.items()))


def repeated(rows: Iterable[Outcome]) -> dict[tuple[str, str, str, str, str], int]:
    """The masked regressions: suite, bug, test, class and signature or rung, with how often."""
    found = Counter(
        (one.suite, one.bug, one.test, one.verdict, one.signature or one.why)
        for one in rows
        if is_real(one) and is_masked(one)
    )
    return dict(found.most_common())


def extras_by_class(extras: Iterable[Extra]) -> Counter[tuple[str, str]]:
    """What Retriage lists beyond the runner's report, by its kind and class."""
    return Counter((one.kind, one.verdict) for one in extras)
