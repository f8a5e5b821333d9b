"""The rules of the house that a machine can hold."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from wagtail.models import Page

from portal.pages.seen import SeenForm

ROOT: Path = settings.BASE_DIR
SOURCES = sorted(path for path in (ROOT / "portal").rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LOCKS = ("requirements.lock", "requirements-test.lock")
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


def test_whether_a_text_is_empty_is_judged_by_what_is_seen() -> None:
    """What strip() leaves may still be a sign that nobody sees: portal.kit.names.blank knows."""
    own = re.compile(r"\bnot [\w.]+\.strip\(\)\s*(?:[:\n]|and|or)")
    services = [path for path in SOURCES if any("services" in part for part in path.parts)]

    assert len(services) > 100
    assert [str(path) for path in services if own.search(path.read_text(encoding="utf-8"))] == []


def test_text_of_the_stock_admin_is_judged_by_what_is_seen_too() -> None:
    own = re.compile(r"blocks\.(?:Char|Text|RichText)Block\(\s*\w")
    pages = [model for model in apps.get_models() if issubclass(model, Page) and model is not Page]

    assert [str(path) for path in SOURCES if own.search(path.read_text(encoding="utf-8"))] == []
    assert pages
    assert [model for model in pages if not issubclass(model.base_form_class, SeenForm)] == []


def test_model_forms_are_not_made_by_themselves() -> None:
    """A ModelForm makes Django's own text and day fields; a form here declares its fields."""
    own = re.compile(r"forms\.ModelForm\b|modelform_factory|fields_for_model")

    assert [str(path) for path in SOURCES if own.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_every_package_by_hash_and_names_no_source(name: str) -> None:
    lock = (ROOT / name).read_text()
    pins = re.findall(r"^[a-z0-9].*?==\S+", lock, re.M)

    assert pins
    assert "://" not in lock
    assert not re.search(r"^\s*--(?!hash)", lock, re.M)
    assert len(re.findall(r"==\S+.*\\\n\s+--hash=sha256:", lock)) == len(pins)


def test_what_runs_is_locked_apart_from_what_tests() -> None:
    runs, tests = ({*re.findall(r"^([a-z0-9._-]+)==", (ROOT / name).read_text(), re.M)} for name in LOCKS)
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = {"runs": wanted["project"]["dependencies"], "tests": wanted["dependency-groups"]["dev"]}
    asked = {
        kind: {canonicalize_name(Requirement(line).name) for line in lines} for kind, lines in named.items()
    }

    assert runs & tests == set()
    assert asked["runs"] <= runs
    assert asked["tests"] <= tests
    assert closure(named["runs"]) <= runs


def closure(lines: list[str]) -> set[str]:
    """Those packages and all that they need on this computer."""
    found, todo = set[str](), [Requirement(line) for line in lines]
    while todo:
        wanted = todo.pop()
        name = canonicalize_name(wanted.name)
        if name in found and not wanted.extras:
            continue
        found.add(name)
        for need in map(Requirement, requires(name) or []):
            if need.marker is None or any(need.marker.evaluate({"extra": e}) for e in wanted.extras or {""}):
                todo.append(need)
    return found


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


def test_a_venv_without_pip_is_noticed_and_said(tmp_path: Path) -> None:
    for name in ("Makefile", *LOCKS):
        shutil.copy(ROOT / name, tmp_path)
    half_made = tmp_path / ".venv/bin/python"
    half_made.parent.mkdir(parents=True)
    half_made.write_text("#!/bin/sh\necho 'No module named pip' >&2\nexit 1\n")
    half_made.chmod(0o755)

    done = subprocess.run(
        ["make", f"PYTHON={sys.executable}", "setup"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert ".venv has no pip" in done.stderr
    assert "apt-get install python3-venv), remove .venv and run make again" in done.stderr
    assert "Installing" not in done.stdout
    assert not (tmp_path / ".venv/installed.lock").exists()
