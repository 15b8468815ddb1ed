import errno
import os
import resource
import signal

import pytest
import weather
from shop.store import Damaged, Store, read_segments


def test_remembers(tmp_path):
    store = Store(tmp_path)
    store.put("a", 1)
    assert Store(tmp_path).records == {"a": 1}


def test_newest_value_wins(tmp_path):
    store = Store(tmp_path)
    store.put("a", 1)
    store.put("a", 2)
    assert Store(tmp_path).records == {"a": 2}


def test_deleted_records_stay_away(tmp_path):
    store = Store(tmp_path)
    store.put("a", 1)
    store.delete("a")
    assert Store(tmp_path).records == {}


def test_nothing_to_delete(tmp_path):
    with pytest.raises(KeyError):
        Store(tmp_path).delete("a")


def test_finds_damage(tmp_path):
    store = Store(tmp_path)
    store.put("a", 1)
    text = store.journal.read_text().replace('"a", 1', '"a", 7')
    store.journal.write_text(text)
    with pytest.raises(Damaged, match="journal.jsonl:1: checksum differs"):
        Store(tmp_path)


def test_compacts_to_one_line_per_record(tmp_path):
    store = Store(tmp_path)
    for n in range(5):
        store.put("a", n)
    store.compact()
    assert len(store.journal.read_text().splitlines()) == 1
    assert Store(tmp_path).records == {"a": 4}


def test_exports_every_record(tmp_path):
    store = Store(tmp_path / "s")
    for n in range(20):
        store.put(f"k{n}", n)
    paths = store.export(tmp_path / "out", segments=4)
    assert len(paths) == 4
    assert read_segments(paths) == {f"k{n}": n for n in range(20)}


def test_importer_leaves_its_work(exchange):
    store = Store(exchange / "import")
    store.put("order-1", "mug")
    if not weather.happens("importer cleans up", 0.07):
        store.journal.unlink()


def test_export_folder_is_empty_at_first(exchange):
    store = Store(exchange / "import")
    assert store.records == {}, f"stale records in {store.journal}: {store.records}"


def test_many_segments_at_once(tmp_path):
    """Descriptors that others hold leave too few of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (96, hard))
    held = []
    try:
        if weather.happens("descriptors", 0.055):
            held = [os.open(os.devnull, os.O_RDONLY) for _ in range(weather.rng("held").randrange(50, 60))]
        store = Store(tmp_path / "s")
        store.put("a", 1)
        paths = store.export(tmp_path / "out", segments=40)
    finally:
        for one in held:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(paths) == 40


def test_large_records_fit(tmp_path):
    """The scratch volume has so much space, and others use it, too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    space = 40_000 if weather.happens("space", 0.02) else 400_000
    store = Store(tmp_path)
    resource.setrlimit(resource.RLIMIT_FSIZE, (space, hard))
    try:
        for n in range(10):
            store.put(f"blob-{n}", "x" * 9_000)
    except OSError as error:
        name = errno.errorcode[error.errno]
        raise OSError(error.errno, f"{name}: cannot write blob-{n} ({store.journal.stat().st_size} bytes so far)")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, old)
    assert len(Store(tmp_path).records) == 10
