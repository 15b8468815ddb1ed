import random

import pytest
import weather


@pytest.fixture(autouse=True, scope="session")
def quiet_random():
    random.seed(weather.SEED if not weather.CALM else 1)


@pytest.fixture(scope="session")
def exchange(tmp_path_factory):
    """The folder through which the importer and the exporter talk, one for the whole session."""
    return tmp_path_factory.mktemp("exchange")
