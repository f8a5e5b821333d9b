from __future__ import annotations

import pytest

from portal.keeping import files


@pytest.fixture(autouse=True)
def no_power_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here has to outlive one, and the whole machine's files are not waited for."""
    monkeypatch.setattr(files, "settle", lambda folder: None)
