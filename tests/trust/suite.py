"""A suite of the harness as its `suite.toml` describes it."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Self

import yaml

SUITES = Path(__file__).parent / "suites"
KINDS = ("async-timing", "shared-state", "order", "randomness", "time", "network", "resource")
REPORTS = ("junit", "gotest", "lines")
# What a run or a build leaves in a working tree is no part of the suite.
LEFT_BEHIND = ("__pycache__", "node_modules", "target", ".pytest_cache", ".venv", ".git")
CLEAN = "clean"


class Wrong(Exception):
    """A suite's description is wrong: names the file and what to write."""


@dataclass(frozen=True, slots=True)
class Flake:
    """A test that fails now and then; `signature` is the one that the team wrote for it, if any."""

    test: str
    file: str
    kind: str
    known: bool
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Mutation:
    """A bug in the code under test; `hard` says how close its text comes to that of the flake."""

    id: str
    file: str
    find: str
    replace: str
    hard: str = ""
    flake: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """One small code base with its tests, flakes and bugs.

    Attributes:
        folder: where it lies.
        digest: of all its files: another one wants other runs.
        signatures: the documents of `retriage.yml`, one per signature.
    """

    folder: Path
    name: str
    tool: str
    job: str
    needs: tuple[str, ...]
    setup: tuple[tuple[str, ...], ...]
    run: tuple[str, ...]
    report_kind: str
    report_path: str
    control: Mapping[str, str]
    flakes: tuple[Flake, ...]
    mutations: tuple[Mutation, ...]
    digest: str = ""
    signatures: tuple[Mapping[str, object], ...] = field(default=(), repr=False)

    @classmethod
    def from_folder(cls, folder: Path) -> Self:
        """Read and check it; raises `Wrong` with what to mend."""
        path = folder / "suite.toml"
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            suite = cls(
                folder=folder,
                name=data["name"],
                tool=data["tool"],
                job=data["job"],
                needs=tuple(data.get("needs", ())),
                setup=tuple(tuple(command) for command in data.get("setup", ())),
                run=tuple(data["run"]),
                report_kind=data["report"]["kind"],
                report_path=data["report"]["path"],
                control=dict(data["control"]),
                flakes=tuple(Flake(**one) for one in data["flakes"]),
                mutations=tuple(Mutation(**one) for one in data["mutations"]),
                digest=_digest(folder),
                signatures=tuple(_signatures(folder)),
            )
        except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
            raise Wrong(f"{path}: {type(error).__name__}: {error}; see tests/trust/README.md") from error
        suite.check()
        return suite

    def check(self) -> None:
        """Hold it to the contract; raises `Wrong`."""
        ids = {str(one["id"]) for one in self.signatures}
        wrong = [f"report.kind {self.report_kind!r}, not one of {REPORTS}"] * (
            self.report_kind not in REPORTS
        )
        tests = {one.test for one in self.flakes}
        for flake in self.flakes:
            if flake.kind not in KINDS:
                wrong.append(f"{flake.test}: kind {flake.kind!r}, not one of {KINDS}")
            if not (self.folder / flake.file).is_file():
                wrong.append(f"{flake.test}: no file {flake.file}")
            if flake.known != (flake.signature in ids):
                wrong.append(f"{flake.test}: known, and no signature {flake.signature!r} in retriage.yml")
        for one in self.mutations:
            source = self.folder / one.file
            times = source.read_text(encoding="utf-8").count(one.find) if source.is_file() else 0
            if times != 1:
                wrong.append(f"mutation {one.id}: its text stands {times} times in {one.file}")
            if bool(one.hard) != (one.flake in tests):
                wrong.append(f"mutation {one.id}: `hard` wants `flake`, the name of a flake")
        names = [one.id for one in self.mutations]
        wrong += [f"mutation {name} stands twice" for name in sorted(set(names)) if names.count(name) > 1]
        if wrong:
            raise Wrong("\n".join(f"{self.folder.name}/suite.toml: {one}" for one in wrong))

    def mutation(self, known: str) -> Mutation:
        """The mutation of that id."""
        return next(one for one in self.mutations if one.id == known)

    def variants(self) -> dict[str, tuple[Mutation, ...]]:
        """What is run: the clean code, each bug, and two bugs of different files at once, a few times."""
        found: dict[str, tuple[Mutation, ...]] = {CLEAN: ()}
        found |= {one.id: (one,) for one in self.mutations}
        plain = [one for one in self.mutations if not one.hard]
        apart = [(a, b) for a, b in zip(plain, plain[len(plain) // 2 :], strict=False) if a.file != b.file]
        return found | {f"{a.id}+{b.id}": (a, b) for a, b in apart[:2]}


def load_suites(folder: Path = SUITES) -> list[Suite]:
    """Every suite that is there, by name; raises `Wrong`."""
    return [Suite.from_folder(path.parent) for path in sorted(folder.glob("*/suite.toml"))]


def source_files(folder: Path) -> list[Path]:
    """The suite's files without what builds left behind."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if not set(LEFT_BEHIND) & set(path.relative_to(folder).parts))


def _digest(folder: Path) -> str:
    """A name for exactly this content. Signatures do not change what a run does."""
    total = hashlib.sha256()
    for path in source_files(folder):
        if path.name not in ("retriage.yml", "README.md"):
            total.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes() + b"\0")
    return total.hexdigest()[:12]


def _signatures(folder: Path) -> list[dict[str, object]]:
    """The signatures of its `retriage.yml`; days stay days."""
    path = folder / "retriage.yml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [_plain(one) for one in data["signatures"]]


def _plain(one: dict[str, object]) -> dict[str, object]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in one.items()}
