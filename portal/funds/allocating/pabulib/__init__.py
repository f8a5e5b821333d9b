"""Elections as Pabulib text (.pb), the form in which they are exchanged; approval ballots only."""

from __future__ import annotations

from portal.funds.allocating.pabulib.reading import Broken, read, read_bytes
from portal.funds.allocating.pabulib.rules import rules_of
from portal.funds.allocating.pabulib.writing import write

__all__ = ["Broken", "read", "read_bytes", "rules_of", "write"]
