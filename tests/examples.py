"""How many examples the properties and walks try: all of them on the services in .ci/run, fewer elsewhere."""

from __future__ import annotations

import os

from hypothesis import settings

# .ci/run says PORTAL_TEST_EXAMPLES=all for make test-services.
ALL = os.environ.get("PORTAL_TEST_EXAMPLES") == "all"
# The same each time: whether a change passes depends on it alone. PORTAL_TEST_SEED=random looks further.
REPEATED = os.environ.get("PORTAL_TEST_SEED") != "random"
FEWEST = 5


def examples(count: int) -> int:
    """So many where all are tried, else a fifth of them."""
    return count if ALL else max(count // 5, FEWEST)


# No deadline: what is measured is the time on the wall, and others may use the machine.
settings.register_profile("portal", max_examples=examples(100), deadline=None, derandomize=REPEATED)
settings.load_profile("portal")
