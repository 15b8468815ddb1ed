"""What holds for every test: hypothesis draws the same examples each time, so that a run can be repeated.

`HYPOTHESIS_PROFILE=explore make test` draws new ones.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
