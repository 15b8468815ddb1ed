"""Jobs that run later, in threads of their own."""

import heapq
import itertools
import threading
import time


class Scheduler:
    def __init__(self, clock=time.monotonic):
        self.clock = clock
        self._due = []
        self._count = itertools.count()
        self._lock = threading.Lock()

    def at(self, moment, job, name="job"):
        with self._lock:
            heapq.heappush(self._due, (moment, next(self._count), name, job))

    def after(self, seconds, job, name="job"):
        self.at(self.clock() + seconds, job, name)

    def cancel(self, name):
        with self._lock:
            kept = [one for one in self._due if one[2] != name]
            gone = len(self._due) - len(kept)
            heapq.heapify(kept)
            self._due = kept
        return gone

    def next_due(self):
        return self._due[0][0] if self._due else None

    def run_due(self):
        ran = []
        while True:
            with self._lock:
                if not self._due or self._due[0][0] > self.clock():
                    return ran
                _, _, name, job = heapq.heappop(self._due)
            job()
            ran.append(name)


class Ticker:
    """Calls a function every so often in a thread until it is stopped."""

    def __init__(self, every, call):
        self.every = every
        self.call = call
        self.ticks = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        while not self._stop.wait(self.every):
            self.call()
            self.ticks += 1

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join(timeout=5)


def backoff(attempt, base=0.1, cap=5.0):
    return min(cap, base * 2**attempt)
