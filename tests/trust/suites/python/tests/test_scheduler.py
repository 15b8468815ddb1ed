import threading
import time

import pytest
import weather
from shop.scheduler import Scheduler, Ticker, backoff


class Hand:
    at = 0.0

    def __call__(self):
        return self.at


def test_runs_in_order_of_time():
    clock, ran = Hand(), []
    scheduler = Scheduler(clock)
    scheduler.at(2, lambda: ran.append("b"), "b")
    scheduler.at(1, lambda: ran.append("a"), "a")
    clock.at = 3
    assert scheduler.run_due() == ["a", "b"]
    assert ran == ["a", "b"]


def test_same_moment_keeps_order():
    clock = Hand()
    scheduler = Scheduler(clock)
    for name in "xyz":
        scheduler.at(1, lambda: None, name)
    clock.at = 1
    assert scheduler.run_due() == ["x", "y", "z"]


def test_what_is_later_waits():
    clock = Hand()
    scheduler = Scheduler(clock)
    scheduler.at(5, lambda: None, "later")
    clock.at = 4
    assert scheduler.run_due() == []
    assert scheduler.next_due() == 5


def test_cancelled_jobs_do_not_run():
    clock = Hand()
    scheduler = Scheduler(clock)
    scheduler.at(1, lambda: None, "keep")
    scheduler.at(1, lambda: None, "drop")
    assert scheduler.cancel("drop") == 1
    clock.at = 2
    assert scheduler.run_due() == ["keep"]


def test_a_job_may_plan_another():
    clock = Hand()
    scheduler = Scheduler(clock)
    scheduler.at(1, lambda: scheduler.after(1, lambda: None, "second"), "first")
    clock.at = 1
    assert scheduler.run_due() == ["first"]
    clock.at = 2
    assert scheduler.run_due() == ["second"]


@pytest.mark.parametrize(("attempt", "seconds"), [(0, 0.1), (1, 0.2), (3, 0.8), (9, 5.0)])
def test_backoff_grows_to_a_cap(attempt, seconds):
    assert backoff(attempt) == pytest.approx(seconds)


def test_ticker_ticks_often_enough():
    seen = []

    def call():
        weather.stall("ticker", 0.045)
        seen.append(time.monotonic())

    with Ticker(0.01, call):
        time.sleep(0.08)
    assert len(seen) >= 3, f"expected at least 3 ticks in 80ms, got {len(seen)}"


def test_ticker_stops():
    with Ticker(0.005, lambda: None) as ticker:
        time.sleep(0.03)
    ticks = ticker.ticks
    time.sleep(0.02)
    assert ticker.ticks == ticks


def test_job_starts_within_its_deadline():
    scheduler, started = Scheduler(), threading.Event()
    planned = time.monotonic() + 0.02
    scheduler.after(0.02, started.set)

    def work():
        weather.stall("deadline", 0.12)
        while not scheduler.run_due():
            time.sleep(0.002)

    thread = threading.Thread(target=work)
    thread.start()
    started.wait(2)
    late = time.monotonic() - planned
    thread.join()
    assert late < 0.03, f"job started {late * 1000:.1f}ms after its deadline (limit 30ms)"


def test_two_workers_share_what_is_due():
    scheduler, done, lock = Scheduler(), {"a": 0, "b": 0}, threading.Lock()

    def job():
        time.sleep(0.002)

    for n in range(8):
        scheduler.at(0, job, f"job-{n}")

    def work(name):
        if name == "b":
            weather.stall("second worker", 0.03)
        while scheduler.next_due() is not None:
            ran = 0
            with scheduler._lock:
                pass
            ran = len(_run_one(scheduler))
            with lock:
                done[name] += ran

    threads = [threading.Thread(target=work, args=(name,)) for name in done]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done.values()) == 8
    assert done["b"] > 0, f"worker b starved: {done}"


def _run_one(scheduler):
    with scheduler._lock:
        if not scheduler._due:
            return []
        _, _, name, job = scheduler._due.pop(0)
    job()
    return [name]
