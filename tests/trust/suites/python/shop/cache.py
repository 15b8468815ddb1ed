"""A cache whose entries live for a while."""

import time
from collections import OrderedDict


class Cache:
    def __init__(self, size=64, ttl=60.0, clock=time.monotonic):
        self.size = size
        self.ttl = ttl
        self.clock = clock
        self.hits = 0
        self.misses = 0
        self._entries = OrderedDict()

    def put(self, key, value, ttl=None):
        if len(self._entries) >= self.size and key not in self._entries:
            self._entries.popitem(last=False)
        self._entries[key] = (value, self.clock() + (self.ttl if ttl is None else ttl))
        self._entries.move_to_end(key)

    def get(self, key, default=None):
        found = self._entries.get(key)
        if found is None:
            self.misses += 1
            return default
        value, expires = found
        if expires <= self.clock():
            del self._entries[key]
            self.misses += 1
            return default
        self._entries.move_to_end(key)
        self.hits += 1
        return value

    def drop(self, prefix):
        gone = [key for key in self._entries if key.startswith(prefix)]
        for key in gone:
            del self._entries[key]
        return len(gone)

    def __len__(self):
        return len(self._entries)

    @property
    def ratio(self):
        asked = self.hits + self.misses
        return self.hits / asked if asked else 0.0
