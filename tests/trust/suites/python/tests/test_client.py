import socket

import pytest
import weather
from shop.client import PriceClient, Unavailable
from shop.server import PriceServer


def closed_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_gives_a_price():
    with PriceServer() as server:
        assert PriceClient("127.0.0.1", server.port).price("mug") == "4.50"


def test_unknown_sku():
    with PriceServer() as server, pytest.raises(KeyError):
        PriceClient("127.0.0.1", server.port).price("spoon")


def test_gives_up_in_the_end():
    client = PriceClient("127.0.0.1", closed_port(), attempts=2, sleep=lambda _: None)
    with pytest.raises(Unavailable, match="gave up after 2 attempts"):
        client.price_with_retry("mug")


def test_tries_again_while_it_warms_up():
    with PriceServer(broken=2) as server:
        client = PriceClient("127.0.0.1", server.port, attempts=3)
        assert client.price_with_retry("mug") == "4.50"
    assert client.tried == 3


def test_fetches_the_whole_list():
    """The service is started by another job of the machine, sometimes a little late."""
    with PriceServer() as server:
        port = closed_port() if weather.happens("service is late", 0.065) else server.port
        assert PriceClient("127.0.0.1", port).prices(["mug", "bowl"]) == {"mug": "4.50", "bowl": "6.10"}


def test_answers_before_the_time_is_up():
    slow = weather.rng("slow").uniform(0.25, 0.4) if weather.happens("slow service", 0.1) else 0.0
    with PriceServer(delay=slow) as server:
        assert PriceClient("127.0.0.1", server.port, timeout=0.2).price("plate") == "7.25"


def test_survives_a_reset():
    resets = 4 if weather.happens("resets", 0.03) else 1
    with PriceServer(resets=resets) as server:
        client = PriceClient("127.0.0.1", server.port, attempts=3)
        assert client.price_with_retry("bowl") == "6.10"


def test_service_is_warm():
    broken = 1 if weather.happens("cold service", 0.015) else 0
    with PriceServer(broken=broken) as server:
        assert PriceClient("127.0.0.1", server.port).price("mug") == "4.50"
