"""The JobQueue engine of one machine: a few workers on the durable `JobStore`."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random

from bot.errors import Drop, RetryLater, TellUser
from bot.ports import Clock, JobStore, Lease, Work
from bot.work.backoff import MOST_TRIES, MOST_WAITS, delay_before_retry
from bot.work.lease import LEASE_SECONDS, LeaseGuard

Handle = Callable[[Work, LeaseGuard], Awaitable[None]]
Observe = Callable[[str, str], None]

# Another process may add work to the same database without waking this one.
LONGEST_REST = 5.0
SHORTEST_REST = 0.1
# Of the 20 seconds that a stopping process gets, the last few are for giving leases back.
GRACE_SECONDS = 15.0

log = logging.getLogger(__name__)


class EmbeddedQueue:
    """`JobQueue`: at least once, one at a time per key, back-off, dead letters.

    What a handler's end means: it returns, done; `RetryLater`, a wait; `Drop` or `TellUser`, buried with
    the reason; anything else is our mistake, tried again a few times and then buried.

    Args:
        store: where the work is.
        clock: time.
        handle: does one piece of work; checks its lease right before every write.
        rng: spreads retries.
        workers: how many pieces run side by side.
        longest_rest: seconds after which the store is asked for work that another process added.
        observe: told the kind and the outcome (done, retried, buried, released, lost) of every try.
    """

    def __init__(
        self,
        store: JobStore,
        clock: Clock,
        handle: Handle,
        *,
        rng: Random,
        workers: int = 4,
        longest_rest: float = LONGEST_REST,
        observe: Observe = lambda _kind, _outcome: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._handle = handle
        self._rng = rng
        self._workers = workers
        self._longest_rest = longest_rest
        self._observe = observe
        self._awake = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._claiming = False

    async def enqueue(self, work: Work, *, after: float = 0.0) -> None:
        """Add work to be done in `after` seconds at the earliest."""
        await self._store.add(work, due=self._clock.now() + timedelta(seconds=after))
        self.wake()

    def wake(self) -> None:
        """Look for work at once: somebody added some to the store."""
        self._awake.set()

    @property
    def busy(self) -> bool:
        """Some piece of work is being done right now, or is about to be."""
        return self._claiming or bool(self._running)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then finish what runs, or give its leases back, within 20 seconds."""
        stopping = asyncio.create_task(_wake_on(stop, self._awake))
        try:
            while not stop.is_set():
                self._awake.clear()
                await self._rest(await self._begin_what_is_due())
        finally:
            stopping.cancel()
            await self._wind_up()

    async def _begin_what_is_due(self) -> float:
        """Start pieces of work while workers are free, and say how many seconds there is nothing to do."""
        self._claiming = True
        try:
            while len(self._running) < self._workers:
                lease = await self._store.claim(self._clock.now(), LEASE_SECONDS)
                if lease is None:
                    return await self._seconds_to_next()
                self._begin(lease)
        except RetryLater as error:
            log.warning("cannot look for work", extra={"reason": str(error)})
        except Exception:
            log.exception("cannot look for work")
        finally:
            self._claiming = False
        return LONGEST_REST

    async def _seconds_to_next(self) -> float:
        now = self._clock.now()
        due = await self._store.next_due(now)
        if due is None:
            return self._longest_rest
        return min(self._longest_rest, max(SHORTEST_REST, (due - now).total_seconds()))

    def _begin(self, lease: Lease) -> None:
        task = asyncio.create_task(self._attend(lease), name=f"work {lease.work.key}")
        self._running.add(task)
        task.add_done_callback(self._leave)

    def _leave(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self.wake()

    async def _rest(self, seconds: float) -> None:
        await _first_of(self._awake.wait(), self._clock.sleep(seconds))

    async def _wind_up(self) -> None:
        if not self._running:
            return
        ended = asyncio.gather(*self._running, return_exceptions=True)
        await _first_of(asyncio.shield(ended), self._clock.sleep(GRACE_SECONDS))
        for task in tuple(self._running):
            task.cancel()
        await ended

    async def _attend(self, lease: Lease) -> None:
        """Do one piece of work and note how it ended; nothing it does ends the loop."""
        guard = LeaseGuard(self._store, self._clock, lease)
        try:
            outcome = await self._try_once(lease, guard)
        except RetryLater as error:
            # Its lease runs out by itself, and then it is done again.
            log.warning("cannot note how work ended", extra={"key": lease.work.key, "reason": str(error)})
            outcome = "lost"
        except Exception:
            log.exception("cannot note how work ended", extra={"key": lease.work.key})
            outcome = "lost"
        self._observe(lease.work.kind, outcome)

    async def _try_once(self, lease: Lease, guard: LeaseGuard) -> str:
        if lease.tries > MOST_TRIES:
            return await self._bury(lease, "the process ended in the middle of it, again and again")
        error = await _error_of(guard.keep_while(self._handle(lease.work, guard)))
        match error:
            case None:
                await self._store.finish(lease)
                return "done"
            case asyncio.CancelledError():
                await self._store.retry(lease, due=self._clock.now(), reason="stopped", counts=False)
                return "released"
            case RetryLater():
                return await self._put_off(lease, guard, error)
            case Drop() | TellUser():
                return await self._bury(lease, str(error))
            case _:
                return await self._fail(lease, error)

    async def _fail(self, lease: Lease, error: BaseException) -> str:
        log.error("work failed", exc_info=error, extra={"kind": lease.work.kind, "key": lease.work.key})
        reason = f"{type(error).__name__}: {error}"
        if lease.tries >= MOST_TRIES:
            return await self._bury(lease, reason)
        return await self._retry(lease, reason, 0.0, counts=True)

    async def _put_off(self, lease: Lease, guard: LeaseGuard, error: RetryLater) -> str:
        if guard.lost:
            return "lost"
        if lease.waits >= MOST_WAITS:
            return await self._bury(lease, f"put off {lease.waits} times, at last: {error}")
        return await self._retry(lease, str(error), error.after, counts=False)

    async def _retry(self, lease: Lease, reason: str, after: float, *, counts: bool) -> str:
        seconds = delay_before_retry(lease.tries + lease.waits, after, self._rng)
        due = self._clock.now() + timedelta(seconds=seconds)
        await self._store.retry(lease, due=due, reason=reason, counts=counts)
        return "retried"

    async def _bury(self, lease: Lease, reason: str) -> str:
        log.warning("gave up", extra={"kind": lease.work.kind, "key": lease.work.key, "reason": reason})
        await self._store.bury(lease, reason)
        return "buried"


async def _wake_on(stop: asyncio.Event, awake: asyncio.Event) -> None:
    await stop.wait()
    awake.set()


async def _error_of(working: Awaitable[None]) -> BaseException | None:
    try:
        await working
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - every end of a handler is data here
        return error
    return None


async def _first_of(*waits: Awaitable[object]) -> None:
    """Wait for the first, and let go of the others."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
