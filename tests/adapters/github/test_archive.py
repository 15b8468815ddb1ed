"""The attempt's archive: logs by job name, and {} for everything that is not sound."""

import io
import zipfile

import pytest

from bot.demo.github.state import Fault
from bot.github.archive import MAX_RATIO, Budget, read_archive
from bot.ports import FetchedLog, GitHub
from tests.fakes.github import Site

SMALL = Budget(inflated=5000, log=2000)
pytestmark = pytest.mark.anyio


def packed(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as made:
        for name, data in entries:
            made.writestr(name, data)
    return target.getvalue()


async def test_logs_are_found_by_the_names_of_jobs(site: Site, github: GitHub) -> None:
    run = site.world.add_run(site.home, site.home.branches["main"], "main")
    names = ("build", "Integration (gateway, go 1.22)", "call / test: a*b", "lint <strict>", "ünï ✓ job")
    for name in names:
        site.world.add_job(run, name, log=name.encode() + b"\n")
    found = await github.attempt_logs(site.repo, run.id, 1, (*names, "never ran"))
    assert found == {name: FetchedLog(name.encode() + b"\n") for name in names}


async def test_a_name_that_github_cut_at_90_characters_is_found(site: Site, github: GitHub) -> None:
    run = site.world.add_run(site.home, site.home.branches["main"], "main")
    long = "e2e / " + "very-long-matrix-value-" * 6
    site.world.add_job(run, long, log=b"long\n")
    site.world.add_job(run, "e2e", log=b"short\n")
    found = await github.attempt_logs(site.repo, run.id, 1, (long, "e2e"))
    assert found == {long: FetchedLog(b"long\n"), "e2e": FetchedLog(b"short\n")}


def test_names_that_could_be_two_are_left_out() -> None:
    data = packed(("0_a-b.txt", b"1"), ("1_a b.txt", b"2"), ("2_c.txt", b"3"), ("3_+.txt", b"4"))
    assert read_archive(data, ("a/b", "c", "+", "*")) == {"c": FetchedLog(b"3")}
    stem = "x" * 90
    data = packed((f"0_{stem}.txt", b"1"))
    assert read_archive(data, (stem + " one", stem + " two")) == {}


def test_only_texts_in_the_root_are_read() -> None:
    inner = packed(("0_build.txt", b"inner"))
    data = packed(
        ("build/1_Set up job.txt", b"step"),
        ("0_build.zip", inner),
        ("../0_build.txt", b"slip"),
        ("/0_build.txt", b"slip"),
        ("C:\\0_build.txt", b"slip"),
        ("0_build.txt.exe", b"x"),
        ("build.txt", b"x"),
        ("0_build.txt/", b""),
    )
    assert read_archive(data, ("build",)) == {}


def test_a_bomb_is_stopped_and_harms_no_other_log() -> None:
    data = packed(("0_bomb.txt", b"\0" * (70 << 20)), ("1_fine.txt", b"fine"))
    assert len(data) < 1 << 20
    found = read_archive(data, ("bomb", "fine"))
    assert found["fine"] == FetchedLog(b"fine")
    assert (len(found["bomb"].data), found["bomb"].complete) == (8 << 20, False)
    assert "more than 100 to 1" in found["bomb"].gap


def test_a_short_text_of_one_repeated_line_is_no_bomb() -> None:
    text = b"ok\n" * 100_000
    assert read_archive(packed(("0_a.txt", text)), ("a",)) == {"a": FetchedLog(text)}


def test_a_log_that_is_too_long_is_cut_and_says_so() -> None:
    log = read_archive(packed(("0_a.txt", b"x" * 2001), method=zipfile.ZIP_STORED), ("a",), SMALL)["a"]
    assert (log.data, log.complete) == (b"x" * 2000, False)
    assert "the rest was not read" in log.gap


def test_an_archive_over_the_budget_gives_nothing() -> None:
    entries = [(f"{n}_job{n}.txt", b"x" * 1500) for n in range(4)]
    names = tuple(f"job{n}" for n in range(4))
    assert len(read_archive(packed(*entries, method=zipfile.ZIP_STORED), names[:3], SMALL)) == 3
    assert read_archive(packed(*entries, method=zipfile.ZIP_STORED), names, SMALL) == {}


def test_too_many_entries_give_nothing() -> None:
    entries = [(f"{n}_job.txt", b"") for n in range(5001)]
    assert read_archive(packed(("9_a.txt", b"x"), *entries), ("a",)) == {}


def damaged() -> list[bytes]:
    good = packed(("0_a.txt", bytes(range(256)) * 100), ("1_b.txt", b"b"))
    flipped = bytearray(good)
    flipped[60] ^= 0xFF
    lying = bytearray(good)
    lying[good.index(b"PK\x01\x02") + 42 : good.index(b"PK\x01\x02") + 46] = b"\xff\xff\xff\x7f"
    return [b"", b"PK", b"not a zip", good[:-30], good[:50], good[10:], *map(bytes, (flipped, lying))]


@pytest.mark.parametrize("data", damaged(), ids=len)
def test_a_damaged_archive_gives_nothing(data: bytes) -> None:
    assert read_archive(data, ("a", "b")) == {}


def test_entries_that_cannot_be_opened_are_left_out() -> None:
    good = packed(("0_a.txt", b"a" * 1000), ("1_b.txt", b"b"))
    encrypted = bytearray(good)
    encrypted[good.index(b"PK\x01\x02") + 8] |= 1
    odd_method = bytearray(good)
    odd_method[good.index(b"PK\x01\x02") + 10] = 99
    for data in (encrypted, odd_method):
        assert read_archive(bytes(data), ("a", "b")) == {"b": FetchedLog(b"b")}


async def test_an_archive_that_is_gone_or_damaged_is_empty(site: Site, github: GitHub) -> None:
    run = site.world.add_run(site.home, site.home.branches["main"], "main")
    job = site.world.add_job(run, "build", log=b"text\n")
    site.world.faults = [Fault(path="/_blob/", status=200, body=b"PK broken")]
    assert await github.attempt_logs(site.repo, run.id, 1, ("build",)) == {}
    job.expired = True
    assert await github.attempt_logs(site.repo, run.id, 1, ("build",)) == {}
    job.expired, job.log = False, None
    assert await github.attempt_logs(site.repo, run.id, 1, ("build",)) == {}


def test_the_budget_is_what_the_design_says() -> None:
    assert Budget() == Budget(inflated=256 << 20, log=64 << 20, entries=5000)
    assert MAX_RATIO == 100
