"""Properties that hold for every definition, not only for those that somebody thought of.

`make test` runs a small, repeatable number of examples; FOUNDRY_AGENTS_PROPERTIES=whole runs all of them, other ones
each time.
"""

import os

from hypothesis import HealthCheck, settings

_COMMON = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])

settings.register_profile("small", _COMMON, derandomize=True)
settings.register_profile("whole", _COMMON, print_blob=True, database=None)
settings.load_profile(os.environ.get("FOUNDRY_AGENTS_PROPERTIES", "small"))
