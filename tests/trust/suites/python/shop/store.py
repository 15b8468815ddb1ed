"""Records in append-only files: a journal, and segments of it."""

import json
import os
import zlib
from pathlib import Path


class Damaged(Exception):
    pass


class Store:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.journal = self.folder / "journal.jsonl"
        self.records = {}
        self._replay()

    def _replay(self):
        if not self.journal.exists():
            return
        for number, line in enumerate(self.journal.read_text().splitlines(), 1):
            check, _, body = line.partition(" ")
            if f"{zlib.crc32(body.encode()):08x}" != check:
                raise Damaged(f"{self.journal}:{number}: checksum differs")
            key, value = json.loads(body)
            if value is None:
                self.records.pop(key, None)
            else:
                self.records[key] = value

    def put(self, key, value):
        self._append(key, value)
        self.records[key] = value

    def delete(self, key):
        if key not in self.records:
            raise KeyError(key)
        self._append(key, None)
        del self.records[key]

    def _append(self, key, value):
        body = json.dumps([key, value], sort_keys=True)
        with self.journal.open("a") as file:
            file.write(f"{zlib.crc32(body.encode()):08x} {body}\n")
            file.flush()
            os.fsync(file.fileno())

    def compact(self):
        new = self.journal.with_suffix(".new")
        with new.open("w") as file:
            for key in sorted(self.records):
                body = json.dumps([key, self.records[key]], sort_keys=True)
                file.write(f"{zlib.crc32(body.encode()):08x} {body}\n")
        new.replace(self.journal)

    def export(self, folder, segments=8):
        """Write all records into some files at once; give their paths."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"segment-{n:03}.json" for n in range(segments)]
        files = [path.open("w") for path in paths]
        try:
            for key, value in self.records.items():
                files[zlib.crc32(key.encode()) % segments].write(json.dumps([key, value]) + "\n")
        finally:
            for file in files:
                file.close()
        return paths


def read_segments(paths):
    found = {}
    for path in paths:
        for line in Path(path).read_text().splitlines():
            key, value = json.loads(line)
            found[key] = value
    return found
