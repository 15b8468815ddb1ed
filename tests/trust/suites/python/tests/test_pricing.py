from decimal import Decimal

import pytest
import weather
from shop.pricing import discount, gross, jitter, net, rounded, shipping


@pytest.mark.parametrize(("count", "share"), [(1, "0"), (20, "0.02"), (50, "0.05"), (99, "0.05"), (100, "0.10")])
def test_discount_by_count(count, share):
    assert discount(count) == Decimal(share)


def test_net_price_is_rounded_to_cents():
    assert net(Decimal("0.333"), 3) == Decimal("1.00")


def test_net_price_of_many():
    assert net(Decimal("4.50"), 100) == Decimal("405.00")


@pytest.mark.parametrize(("country", "amount"), [("DE", "119.00"), ("FR", "120.00"), ("CH", "108.10")])
def test_gross_price(country, amount):
    assert gross(Decimal(100), country) == Decimal(amount)


def test_no_tax_for_unknown_countries():
    with pytest.raises(ValueError, match="no tax known for 'XX'"):
        gross(Decimal(100), "XX")


def test_halves_are_rounded_up():
    assert rounded(Decimal("0.125")) == Decimal("0.13")


def test_shipping_of_small_parcels():
    assert shipping(2) == Decimal("4.90")


def test_shipping_of_heavy_parcels():
    assert shipping(5) == Decimal("8.50")


def test_express_costs_twice():
    assert shipping(1, express=True) == Decimal("9.80")


def test_shipping_needs_a_weight():
    with pytest.raises(ValueError, match="above zero"):
        shipping(0)


def test_trial_prices_stay_in_the_band():
    rng = weather.rng("trial prices")
    price = Decimal("100.00")
    worst = max(abs(jitter(price, rng) - price) for _ in range(12))
    assert worst <= Decimal("5.60"), f"trial price off by {worst} (allowed 5.60)"
