"""What volunteers and those who keep their hours are told."""

from __future__ import annotations
