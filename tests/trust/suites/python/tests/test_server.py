import socket

import pytest
import weather
from shop.client import PriceClient
from shop.server import PriceServer


def test_takes_a_free_port():
    with PriceServer() as server:
        assert server.port > 0


def test_two_servers_take_two_ports():
    with PriceServer() as one, PriceServer() as other:
        assert one.port != other.port


def test_answers_404():
    with PriceServer() as server:
        status, body = PriceClient("127.0.0.1", server.port)._get("/prices/fork")
    assert status == 404
    assert b"no such sku: fork" in body


@pytest.mark.parametrize("sku", ["mug", "plate", "bowl"])
def test_knows_every_price(sku):
    with PriceServer() as server:
        status, _ = PriceClient("127.0.0.1", server.port)._get(f"/prices/{sku}")
    assert status == 200


def test_listens_where_it_is_told():
    """Between looking for a free port and taking it, somebody else may take it."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    thief = socket.socket()
    try:
        if weather.happens("thief", 0.05):
            thief.bind(("127.0.0.1", port))
            thief.listen()
        with PriceServer(port=port) as server:
            assert server.port == port
    finally:
        thief.close()
