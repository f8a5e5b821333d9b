"""Unit files as far as the portal's use them: what is tried is what ships."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Rewrite = Callable[[str], str]


@dataclass(frozen=True)
class Unit:
    """One unit file. `instance`: what stands behind the @ of a template's name."""

    name: str
    instance: str
    entries: dict[str, str]

    @property
    def command(self) -> list[str]:
        """What is started."""
        return shlex.split(self.entries["ExecStart"].replace("%i", self.instance))

    @property
    def directory(self) -> str:
        """Where it is started."""
        return self.entries.get("WorkingDirectory", "/")

    @property
    def environment_file(self) -> Path | None:
        """The file with its variables."""
        named = self.entries.get("EnvironmentFile")
        return Path(named) if named else None

    @property
    def patience(self) -> float:
        """Seconds it has to end by itself."""
        return float(self.entries.get("TimeoutStopSec", 20))

    @property
    def wanted(self) -> list[str]:
        """The units that start with it."""
        return self.entries.get("Wants", "").split()

    @property
    def each_minute(self) -> bool:
        """Whether it is a timer of every minute; those of a day are not waited for."""
        return self.entries.get("OnCalendar") in {"minutely", "*:*"}

    @property
    def stays(self) -> bool:
        """Whether it runs until it is stopped, and starts again when it ends."""
        return self.entries.get("Restart") == "always"


def read(directory: Path, name: str, rewrite: Rewrite) -> Unit:
    """A unit by its full name, `portal-web@8001.service`. Raises FileNotFoundError where there is none."""
    stem, at, rest = name.partition("@")
    instance, _, kind = rest.rpartition(".")
    file = directory / (f"{stem}@.{kind}" if at else name)
    return Unit(name, instance, entries(rewrite(file.read_text("utf-8"))))


def entries(text: str) -> dict[str, str]:
    """The lines `Name=value`; of several with one name the last."""
    found = re.findall(r"^([A-Za-z]+)=(.*)$", text, re.M)
    return {name: value.strip() for name, value in found}


def environment(file: Path) -> dict[str, str]:
    """The variables of an EnvironmentFile: comments left out, quotes taken off."""
    found: dict[str, str] = {}
    for line in file.read_text("utf-8").splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith("#"):
            found[name] = "".join(shlex.split(value)) if value[:1] in "'\"" else value
    return found
