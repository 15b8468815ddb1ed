"""What GitHub does unseen: requests that fail although they took effect, or take effect long after."""

import asyncio
import json
from dataclasses import dataclass, field

from bot.demo.github.state import Comment
from bot.github.http import AsyncBaseTransport, httpx
from tests.resilience.oracle import look
from tests.resilience.stage import Stage


@dataclass
class Witness:
    """Sees how many status comments of ours stand at once, at any time, and for how long there were two."""

    stage: Stage
    most: int = 0
    since: float = 0.0
    longest: float = 0.0
    _two: bool = False

    def see(self) -> None:
        """Look now; the time of a state counts until the next look."""
        now, count = self.stage.clock.now().timestamp(), len(look(self.stage).status)
        if self._two:
            self.longest = max(self.longest, now - self.since)
        else:
            self.since = now
        self._two = count > 1
        self.most = max(self.most, count)


class WitnessWire(AsyncBaseTransport):
    """Looks after every request."""

    def __init__(self, github: AsyncBaseTransport, witness: Witness) -> None:
        self._github = github
        self._witness = witness

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, then look."""
        self._witness.see()
        response = await self._github.handle_async_request(request)
        self._witness.see()
        return response


@dataclass
class LateWire(AsyncBaseTransport):
    """Posts the first comment later than it says: GitHub goes on although its client has given up.

    Attributes:
        seconds: how much later.
        hang: the client waits for an answer, instead of giving up at once.
        low: the comment has the id of when it was asked for, not of when it appeared.
        asked: set when the request has come.
        github: where everything else goes.
    """

    stage: Stage
    witness: Witness
    seconds: float
    hang: bool = False
    low: bool = False
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    github: AsyncBaseTransport = field(default_factory=AsyncBaseTransport)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hold back the first comment, pass on everything else."""
        wanted = request.method == "POST" and request.url.path.endswith(
            f"/issues/{self.stage.number}/comments"
        )
        if not wanted or self.asked.is_set():
            return await self.github.handle_async_request(request)
        body = str(json.loads(await request.aread())["body"])
        number = next(self.stage.world.ids) if self.low else 0
        self.stage.clock.after(self.seconds, lambda: self._land(body, number))
        self.asked.set()
        if self.hang:
            await asyncio.Future()
        raise httpx.ReadTimeout("GitHub takes too long", request=request)

    def _land(self, body: str, number: int) -> None:
        world = self.stage.world
        comment = world.add_comment(self.stage.repo_id, self.stage.number, world.bot, body, app=world.app_id)
        if number:
            del world.comments[comment.id]
            comment.id = number
            world.comments[number] = comment
            in_order: list[tuple[int, Comment]] = sorted(world.comments.items())
            world.comments = dict(in_order)
        self.witness.see()
