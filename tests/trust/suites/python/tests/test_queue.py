import time

import pytest
import weather
from shop.queue import Consumer, Queue


def test_first_in_first_out():
    queue = Queue()
    queue.put("a")
    queue.put("b")
    assert [queue.take()[1], queue.take()[1]] == ["a", "b"]


def test_an_empty_queue_gives_nothing():
    assert Queue().take(timeout=0.01) is None


def test_full_queues_refuse():
    queue = Queue(limit=1)
    queue.put("a")
    with pytest.raises(OverflowError, match="1 messages"):
        queue.put("b")


def test_what_is_given_back_comes_first():
    queue = Queue()
    queue.put("a")
    queue.put("b")
    number, _ = queue.take()
    queue.give_back(number)
    assert queue.take()[1] == "a"


def test_counts_what_is_not_acknowledged():
    queue = Queue()
    queue.put("a")
    number, _ = queue.take()
    assert queue.unacknowledged == 1
    queue.done(number)
    assert queue.unacknowledged == 0


def test_consumer_handles_messages():
    queue, seen = Queue(), []
    consumer = Consumer(queue, seen.append)
    consumer.start()
    for n in range(3):
        queue.put(n)
    deadline = time.monotonic() + 2
    while len(seen) < 3 and time.monotonic() < deadline:
        time.sleep(0.002)
    consumer.stop()
    assert seen == [0, 1, 2]


def test_consumer_sees_the_message_soon():
    queue = Queue()
    consumer = Consumer(queue, lambda _: None, delay=0.12 if weather.happens("slow consumer", 0.15) else 0.0)
    consumer.start()
    queue.put("order-7731")
    time.sleep(0.06)
    handled = list(consumer.handled)
    consumer.stop()
    assert handled == ["order-7731"], f"message not visible yet: {handled}"


def test_queue_drains_by_the_end():
    queue = Queue()
    consumer = Consumer(queue, lambda _: weather.stall("drain", 0.01, 0.3, 0.4))
    consumer.start()
    for n in range(4):
        queue.put(n)
    deadline = time.monotonic() + 0.25
    while (len(queue) or queue.unacknowledged) and time.monotonic() < deadline:
        time.sleep(0.005)
    drained = not len(queue) and not queue.unacknowledged
    consumer.stop()
    assert drained
