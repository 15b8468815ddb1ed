"""Asks the price service over HTTP, again when it does not answer."""

import http.client
import json
import time


class Unavailable(Exception):
    pass


class PriceClient:
    def __init__(self, host, port, timeout=0.4, attempts=3, sleep=time.sleep):
        self.host = host
        self.port = port
        self.timeout = timeout
        self.attempts = attempts
        self.sleep = sleep
        self.tried = 0

    def _get(self, path):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
        try:
            connection.request("GET", path, headers={"Accept": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def price(self, sku):
        status, body = self._get(f"/prices/{sku}")
        if status == 404:
            raise KeyError(sku)
        if status >= 500:
            raise Unavailable(f"price service answered {status}")
        return json.loads(body)["price"]

    def price_with_retry(self, sku):
        last = None
        for attempt in range(self.attempts):
            self.tried = attempt + 1
            try:
                return self.price(sku)
            except (OSError, Unavailable) as error:
                last = error
                self.sleep(0.01 * 2**attempt)
        raise Unavailable(f"gave up after {self.attempts} attempts: {last}")

    def prices(self, skus):
        return {sku: self.price(sku) for sku in skus}
