"""Where failures were seen before, as far as the asker may see.

Of a failure that is everywhere the newest occurrences are counted, `MOST_COUNTED` of them: a report waits for
this, and that there are more says enough. The examples, on which rung 8 rests, are looked for until there are
enough, however many occurrences are hidden.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Connection, Select, and_, bindparam, exists, select, type_coerce

from bot.classify.blind import SAME_PULL
from bot.model.history import MOST_COUNTED, Asker, Count, PullFailure, Sighting, Sightings, Withheld
from bot.model.run import Repository
from bot.store.asking import SINCE, UNTIL, Asked, asked_by, mine, visible, why_hidden
from bot.store.codec import index_text
from bot.store.columns import EPOCH
from bot.store.lists import batches, list_of, table_of, text_in
from bot.store.tables import occurrences

# Of each failure: so many newest sightings are looked at, on so many pull requests, which is enough for two
# that do not hang together.
NEWEST, EXAMPLES = 40, 8


@dataclass(slots=True)
class Seen:
    """The newest occurrences of one failure.

    Attributes:
        visible: what the asker may see, newest first: the time, the pull request and its author.
        hidden: by the reason, the pull requests of what the asker may not see.
        more: there are older ones within the span, too.
    """

    visible: list[tuple[datetime, int, str]] = field(default_factory=list)
    hidden: dict[str, set[int]] = field(default_factory=dict)
    more: bool = False

    @property
    def pulls(self) -> int:
        """On how many pull requests it was seen."""
        return len({pull for _, pull, _ in self.visible})


def _known_fingerprints() -> Select[str]:
    """Those in a list that were seen at all: most failures are new."""
    names = table_of("names")
    name = text_in(names, "name")
    known = exists().where(
        mine(occurrences), occurrences.c.fingerprint == name, occurrences.c.at.between(SINCE, UNTIL)
    )
    return select(name).where(known)


_KNOWN = _known_fingerprints()
_ROW = occurrences.c
_INSIDE = and_(mine(occurrences), _ROW.fingerprint == bindparam("name"), _ROW.at.between(SINCE, UNTIL))
# The end of an index, told whether the asker may see it.
_NEWEST = (
    select(_ROW.pull_request, _ROW.author, type_coerce(_ROW.at, BigInteger), why_hidden(occurrences))
    .where(_INSIDE)
    .order_by(_ROW.at.desc())
    .limit(MOST_COUNTED + 1)
)
_EXAMPLES = (
    select(_ROW.at, _ROW.pull_request, _ROW.author)
    .where(_INSIDE, visible(occurrences))
    .order_by(_ROW.at.desc(), _ROW.pull_request)
    .limit(NEWEST)
)


def _find_newest(connection: Connection, name: str, asked: Asked) -> Seen:
    found = connection.execute(_NEWEST, {**asked, "name": name}).all()
    seen = Seen(more=len(found) > MOST_COUNTED)
    times: list[tuple[int, int, str]] = []
    for pull, author, at, why in found:
        if why:
            seen.hidden.setdefault(why, set()).add(pull)
        else:
            times.append((-at, pull, author))
    times.sort()
    seen.visible = [(EPOCH - timedelta(microseconds=at), pull, author) for at, pull, author in times]
    return seen


def find_sightings(
    connection: Connection, repo: Repository, fingerprints: Sequence[str], asker: Asker, since: datetime
) -> Sightings:
    """How often these failures were seen, with a few examples; of what is hidden only how much, and why."""
    asked = asked_by(repo, asker, since)
    listed = list_of({"name": index_text(name)} for name in dict.fromkeys(fingerprints))
    counts: list[Count] = []
    examples: list[Sighting] = []
    withheld: list[Withheld] = []
    for name in sorted(connection.scalars(_KNOWN, {**asked, "names": listed})):
        seen = _find_newest(connection, name, asked)
        if seen.more and len(seen.visible) < NEWEST:
            rows = connection.execute(_EXAMPLES, {**asked, "name": name})
            seen.visible = [(at, pull, author) for at, pull, author in rows]
            seen.more = len(seen.visible) == NEWEST
        if seen.visible:
            counts.append(Count(name, len(seen.visible), seen.pulls, seen.visible[0][0], seen.more))
            examples += _varied(name, seen.visible[:NEWEST])
        hidden = sorted((why, len(pulls)) for why, pulls in seen.hidden.items() if why != SAME_PULL)
        withheld += [Withheld(name, why, pulls) for why, pulls in hidden]
    return Sightings(tuple(counts), tuple(examples), tuple(withheld))


def _varied(name: str, newest: Sequence[tuple[datetime, int, str]]) -> list[Sighting]:
    """Each pull request's newest, a few of them, each author's newest before anybody's second."""
    pulls: dict[int, Sighting] = {}
    for at, pull, author in newest:
        pulls.setdefault(pull, Sighting(name, pull, author, at))
    first = {one.author: one for one in reversed(pulls.values())}
    order = sorted(pulls.values(), key=lambda one: first[one.author] is not one)
    return order[:EXAMPLES]


def find_pull_failures(
    connection: Connection,
    repo: Repository,
    pulls: Sequence[int],
    signatures: Sequence[str],
    since: datetime,
) -> tuple[PullFailure, ...]:
    """What failed on these pull requests, by the signatures that matched it: the index begins with those."""
    row = occurrences.c
    place = (row.pull_request, row.sha, row.job_id, row.attempt, row.job)
    found: set[PullFailure] = set()
    for names in batches([index_text(one) for one in signatures]):
        for some in batches(pulls):
            asked = select(*place, row.test, row.kind, row.signature).where(
                row.installation_id == repo.installation,
                row.repository_id == repo.id,
                row.signature.in_(names),
                row.at >= since,
                row.pull_request.in_(some),
            )
            found |= {PullFailure(*one) for one in connection.execute(asked.distinct())}
    return tuple(
        sorted(found, key=lambda one: (one.pull_request, one.job_id, one.attempt, one.test, one.kind))
    )
