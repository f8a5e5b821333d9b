"""Turning the translators' .po files into the .mo files that are read, without the gettext programs."""

from __future__ import annotations

import os
from pathlib import Path

import polib


def compile_stale(directory: Path) -> list[Path]:
    """Compile each .po whose .mo is missing or older; returns those. Safe several times at once."""
    return [source for source in sorted(directory.glob("*/LC_MESSAGES/*.po")) if _compile(source)]


def _compile(source: Path) -> bool:
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return False
    # Readers find the old file or the new one, never half of one.
    unfinished = target.with_suffix(f".mo.{os.getpid()}")
    polib.pofile(str(source)).save_as_mofile(str(unfinished))
    unfinished.replace(target)
    return True


def gaps(directory: Path) -> list[str]:
    """What is not translated or marked as unsure, as `file:line text`."""
    found = []
    for source in sorted(directory.glob("*/LC_MESSAGES/*.po")):
        for entry in polib.pofile(str(source)):
            if not entry.obsolete and (entry.fuzzy or not entry.translated()):
                found.append(f"{source}:{entry.linenum} {entry.msgid}")
    return found
