"""How the accounts of a fund's book are called: each code is one of these and the key of whose account it is."""

from __future__ import annotations

# Of a source: its money at hand, and what came in. Of a project: what was paid to it.
AT_HAND, INCOME, PROJECT = "at-", "in-", "to-"
