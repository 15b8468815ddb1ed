"""Discounts, taxes and shipping."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
TAX = {"DE": Decimal("0.19"), "FR": Decimal("0.20"), "CH": Decimal("0.081")}
STEPS = ((100, Decimal("0.10")), (50, Decimal("0.05")), (20, Decimal("0.02")))


def rounded(amount):
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def discount(count):
    for least, share in STEPS:
        if count >= least:
            return share
    return Decimal(0)


def net(price, count):
    return rounded(price * count * (1 - discount(count)))


def gross(amount, country):
    try:
        return rounded(amount * (1 + TAX[country]))
    except KeyError:
        raise ValueError(f"no tax known for {country!r}") from None


def shipping(weight, express=False):
    if weight <= 0:
        raise ValueError("weight must be above zero")
    cost = Decimal("4.90") if weight <= 2 else Decimal("4.90") + (weight - 2) * Decimal("1.20")
    return rounded(cost * 2 if express else cost)


def jitter(price, rng):
    """A price tried out on some customers: a little above or below."""
    return rounded(price * Decimal(str(1 + rng.gauss(0, 0.02))))
