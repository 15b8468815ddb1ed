"""A queue between threads with acknowledgements."""

import threading
from collections import deque


class Queue:
    def __init__(self, limit=100):
        self.limit = limit
        self._waiting = deque()
        self._taken = {}
        self._next = 1
        self._ready = threading.Condition()

    def put(self, message):
        with self._ready:
            if len(self._waiting) >= self.limit:
                raise OverflowError(f"queue is full: {self.limit} messages")
            self._waiting.append((self._next, message))
            self._next += 1
            self._ready.notify()

    def take(self, timeout=None):
        with self._ready:
            if not self._ready.wait_for(lambda: self._waiting, timeout):
                return None
            number, message = self._waiting.popleft()
            self._taken[number] = message
            return number, message

    def done(self, number):
        with self._ready:
            del self._taken[number]

    def give_back(self, number):
        with self._ready:
            self._waiting.appendleft((number, self._taken.pop(number)))
            self._ready.notify()

    def __len__(self):
        return len(self._waiting)

    @property
    def unacknowledged(self):
        return len(self._taken)


class Consumer(threading.Thread):
    def __init__(self, queue, handle, delay=0.0):
        super().__init__(daemon=True)
        self.queue = queue
        self.handle = handle
        self.delay = delay
        self.handled = []
        self._leave = threading.Event()

    def run(self):
        while not self._leave.is_set():
            taken = self.queue.take(timeout=0.02)
            if taken is None:
                continue
            number, message = taken
            self._leave.wait(self.delay)
            try:
                self.handle(message)
            except Exception:
                self.queue.give_back(number)
                raise
            self.queue.done(number)
            self.handled.append(message)

    def stop(self):
        self._leave.set()
        self.join(timeout=5)
