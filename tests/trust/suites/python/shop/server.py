"""The price service itself: a few prices over HTTP on loopback."""

import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PRICES = {"mug": "4.50", "plate": "7.25", "bowl": "6.10"}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        time.sleep(server.delay)
        if server.resets > 0:
            server.resets -= 1
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            self.connection.close()
            return
        if server.broken > 0:
            server.broken -= 1
            self.answer(503, {"error": "warming up"})
            return
        sku = self.path.rpartition("/")[2]
        if sku in PRICES:
            self.answer(200, {"sku": sku, "price": PRICES[sku]})
        else:
            self.answer(404, {"error": f"no such sku: {sku}"})

    def answer(self, status, data):
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *_):
        pass


class PriceServer(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = False

    def __init__(self, port=0, delay=0.0, resets=0, broken=0):
        self.delay = delay
        self.resets = resets
        self.broken = broken
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request, client_address):
        pass

    @property
    def port(self):
        return self.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()
