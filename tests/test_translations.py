"""Every text of the code has its Chinese, and no Chinese is left over from a text that is gone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

PO = Path("locale/zh_Hans/LC_MESSAGES/django.po")
Texts = set[tuple[str | None, str]]


def texts(path: Path) -> Texts:
    return {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(path)) if not entry.obsolete}


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="the gettext programs read the texts from the code")
def test_the_texts_of_the_code_are_those_of_the_translation(tmp_path: Path) -> None:
    for name in ("portal", "templates", "locale"):
        shutil.copytree(settings.BASE_DIR / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "static").mkdir()
    shutil.copy(settings.BASE_DIR / "manage.py", tmp_path)
    command = [sys.executable, "manage.py", "makemessages", "-l", "zh_Hans", "-v0"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    read, kept = texts(tmp_path / PO), texts(settings.BASE_DIR / PO)

    assert done.returncode == 0, done.stderr[-2000:]
    assert len(read) > 1000
    assert sorted(read - kept) == []
    assert sorted(kept - read) == []
