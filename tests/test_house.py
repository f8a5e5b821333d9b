"""The rules of the house that a machine can hold."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings

ROOT: Path = settings.BASE_DIR
SOURCES = sorted(path for path in (ROOT / "portal").rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
INLINE = re.compile(
    r"<script(?![^>]*\ssrc=)[^>]*>|<style[\s>]|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.I
)


def test_imports_lean_downwards_only() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-3000:]


def test_only_the_clock_reads_the_time() -> None:
    reads = re.compile(r"\b(timezone|datetime)\.now\(|\bdate\.today\(|\butcnow\(")

    assert [
        str(path)
        for path in SOURCES
        if path.name != "clock.py" and reads.search(path.read_text(encoding="utf-8"))
    ] == []


def test_templates_have_no_inline_script_or_style() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path in TEMPLATES
        for hit in INLINE.finditer(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_templates_name_no_foreign_host() -> None:
    sources = re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.I)

    assert [str(path) for path in TEMPLATES if sources.search(path.read_text(encoding="utf-8"))] == []


def test_text_days_and_moments_come_from_one_set_of_fields() -> None:
    own = re.compile(
        r"forms\.(?:Char|Regex|Slug|Date|DateTime|SplitDateTime|Time)Field\b|forms\.(?:Date|DateTime|Time)Input\b"
        r"|datetime-local|type=\"(?:date|time)\"|\"type\": \"(?:date|time)\"|input_type = \"(?:date|time)"
    )
    kit = ROOT / "portal/kit/fields.py"

    assert own.search(kit.read_text(encoding="utf-8"))
    assert [
        str(path.relative_to(ROOT))
        for path in [*SOURCES, *TEMPLATES]
        if path != kit and own.search(path.read_text(encoding="utf-8"))
    ] == []


def test_model_forms_are_not_made_by_themselves() -> None:
    """A ModelForm makes Django's own text and day fields; a form here declares its fields."""
    own = re.compile(r"forms\.ModelForm\b|modelform_factory|fields_for_model")

    assert [str(path) for path in SOURCES if own.search(path.read_text(encoding="utf-8"))] == []


def test_the_lock_pins_every_package_by_hash_and_names_no_source() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pins = re.findall(r"^[a-z0-9].*?==\S+", lock, re.M)

    assert "://" not in lock
    assert not re.search(r"^\s*--(?!hash)", lock, re.M)
    assert len(re.findall(r"==\S+.*\\\n\s+--hash=sha256:", lock)) == len(pins)


def test_the_locked_versions_hold_the_security_floors() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pinned = {
        name: tuple(int(part) for part in version.split("."))
        for name, version in re.findall(r"^(daphne|django|wagtail)==([\d.]+)", lock, re.M)
    }

    assert pinned["daphne"] >= (4, 2, 2)
    assert pinned["django"] >= (5, 2, 14)
    assert pinned["wagtail"] >= (8, 0)


def test_the_lines_of_templates_can_be_read() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > 200
    ]

    assert long == []
