"""Orders as lines of text: `3 x Blue mug @ 4.50 EUR #gift #fragile`."""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

LINE = re.compile(r"^\s*(\d+)\s*x\s+(.+?)\s+@\s+(\S+)\s+([A-Z]{3})((?:\s+#\w+)*)\s*$")


class BadOrder(ValueError):
    def __init__(self, number, why):
        super().__init__(f"line {number}: {why}")
        self.number = number


@dataclass
class Item:
    count: int
    name: str
    price: Decimal
    currency: str
    tags: frozenset = field(default_factory=frozenset)

    @property
    def total(self):
        return self.count * self.price


def parse_line(text, number=1):
    found = LINE.match(text)
    if not found:
        raise BadOrder(number, f"cannot read {text!r}")
    count, name, price, currency, tags = found.groups()
    try:
        amount = Decimal(price)
    except InvalidOperation:
        raise BadOrder(number, f"{price!r} is no price") from None
    if int(count) == 0:
        raise BadOrder(number, "nothing ordered")
    if amount < 0:
        raise BadOrder(number, "a price below zero")
    return Item(int(count), name, amount, currency, frozenset(tags.replace("#", " ").split()))


def parse_order(text):
    items = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith(";"):
            continue
        items.append(parse_line(line, number))
    if not items:
        raise BadOrder(0, "an empty order")
    currencies = {item.currency for item in items}
    if len(currencies) > 1:
        raise BadOrder(0, f"more than one currency: {', '.join(sorted(currencies))}")
    return items


def total(items):
    return sum((item.total for item in items), Decimal(0))
