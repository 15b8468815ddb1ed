import pytest
import weather
from shop import registry


@pytest.fixture
def plugin():
    registry.register("csv", object())
    yield "csv"
    registry.unregister("csv")


def test_finds_a_plugin(plugin):
    assert registry.lookup(plugin) is not None


def test_no_two_of_one_name(plugin):
    with pytest.raises(registry.Taken, match="'csv' is registered twice"):
        registry.register(plugin, object())


def test_names_what_it_knows(plugin):
    with pytest.raises(LookupError, match="known: csv"):
        registry.lookup("xml")


def test_lists_by_prefix(plugin):
    assert registry.names("cs") == ["csv"]
    assert registry.names("x") == []


def test_loads_the_payment_plugins():
    """Forgets to take its plugin away when it is the last to run on its worker."""
    registry.register("pay-card", object())
    assert registry.names("pay-") == ["pay-card"]
    if not weather.happens("order of tests", 0.025):
        registry.unregister("pay-card")


def test_no_payment_without_configuration():
    assert registry.names("pay-") == [], f"leftover plugins: {registry.names('pay-')}"
