"""Machine-readable reports of failed jobs, out of the run's artifacts, where the configuration names them."""

import hashlib
from collections.abc import Sequence

from bot.errors import Drop, RetryLater, TellUser
from bot.handlers.world import World
from bot.model.reading import ArtifactReading, Reading
from bot.model.run import Artifact, Repository
from bot.triage import SeenJob, merge_reports, needs_reading, owned_by_failed_jobs

# What reading a report depends on besides its bytes: bump it when what is found in one changes.
REPORT_VERSION = 1
# Reports of 10,000 tests pack into 1 MB; larger artifacts are dumps, videos and images.
ARTIFACT_LIMIT = 16 << 20
# What all artifacts of one run may weigh together, and how many are opened.
RUN_LIMIT = 64 << 20
MOST_ARTIFACTS = 20
# Where more artifacts were uploaded than are opened, these come first.
LIKELY = ("junit", "report", "result", "test", "xml")


async def with_reports(
    world: World, repo: Repository, seen: Sequence[SeenJob], globs: Sequence[str]
) -> tuple[tuple[SeenJob, ...], tuple[str, ...]]:
    """The jobs of one run, the failed ones' readings merged with their reports; and what is to be said.

    Reports are worth no wait and no error: what cannot be had is a note, and the log stands alone.
    """
    runs = {one.run.id for one in seen if one.reading is not None and needs_reading(one.job)}
    if not globs or not runs:
        return tuple(seen), ()
    notes: list[str] = []
    readings: list[ArtifactReading] = []
    for run_id in runs:
        for artifact in await _listed(world, repo, run_id, seen, notes):
            reading = await _read(world, repo, artifact, tuple(globs), notes)
            if reading is not None:
                readings.append(ArtifactReading(artifact, reading))
    jobs, left_over = merge_reports(seen, readings)
    return jobs, (*notes, *left_over)


async def _listed(
    world: World, repo: Repository, run_id: int, seen: Sequence[SeenJob], notes: list[str]
) -> list[Artifact]:
    """The artifacts to open, likely ones first, within the run's budget."""
    try:
        listed = await world.github.artifacts(repo, run_id)
    except (Drop, RetryLater, TellUser) as error:
        notes.append(f"the run's artifacts cannot be listed: {error}")
        return []
    found = owned_by_failed_jobs(seen, listed)
    notes += [f"{one.name} has expired" for one in found if one.expired and _is_likely(one)]
    small = [one for one in found if not one.expired and one.size <= ARTIFACT_LIMIT]
    large = [one.name for one in found if one.size > ARTIFACT_LIMIT and _is_likely(one) and not one.expired]
    notes += [f"{name} is larger than {ARTIFACT_LIMIT >> 20} MiB and was not opened" for name in large]
    small.sort(key=lambda one: (not _is_likely(one), one.size, one.id))
    opened: list[Artifact] = []
    left = RUN_LIMIT
    for artifact in small[:MOST_ARTIFACTS]:
        left -= artifact.size
        if left >= 0:
            opened.append(artifact)
    left_out = [one.name for one in small if one not in opened and _is_likely(one)]
    if left_out:
        notes.append(f"{len(opened)} artifacts were opened, {len(left_out)} more were not: {left_out[0]}")
    return opened


def _is_likely(artifact: Artifact) -> bool:
    return any(word in artifact.name.casefold() for word in LIKELY)


async def _read(
    world: World, repo: Repository, artifact: Artifact, globs: tuple[str, ...], notes: list[str]
) -> Reading | None:
    """What the reports in one artifact say; `None` when there are none. An artifact never changes."""
    key = _key(globs)
    known = await world.store.reading(repo, artifact.id, 0, key)
    if known is None:
        try:
            fetched = await world.github.artifact(repo, artifact.id, ARTIFACT_LIMIT)
        except (Drop, RetryLater, TellUser) as error:
            notes.append(f"{artifact.name} cannot be had: {error}")
            return None
        if not fetched.complete:
            notes.append(f"{artifact.name} came in part: {fetched.gap}")
            return None
        known = await world.reader.read_artifact(fetched, globs)
        await world.store.save_reading(repo, artifact.id, 0, key, known)
    if known.gap:
        notes.append(f"{artifact.name}: {known.gap}")
    return known if known.lines else None


def _key(globs: Sequence[str]) -> str:
    """A hash of what was looked for; no log's key, which are hashes of patterns, is the same."""
    text = "\0".join((f"reports {REPORT_VERSION}", *globs))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
