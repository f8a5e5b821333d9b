"""One directory that stands for a machine: its paths, its ports, and the files of deploy/ rewritten to both."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
NAME = "portal.example"
# The ports that deploy/ and docs/operations.md name, and where a search for a free one begins.
PORTS = {"8001": 28001, "8003": 28003, "8002": 28002, "5432": 25432, "6379": 26379, "80": 28080, "443": 28443}
# Directories of a machine that lie below ours instead.
PLACES = re.compile(
    r"(?<![\w./$}-])/(?=(?:opt/portal|etc/|var/lib/portal|var/log/|var/backups|var/www|srv/|run/))"
)
NUMBERS = re.compile(r"\b(8001|8003|8002|5432|6379)\b")
LISTEN = re.compile(r"(\blisten )(80|443)\b")
HTTPS = "https://$host$request_uri"
NOT_CODE = {
    ".git",
    ".venv",
    "var",
    "node_modules",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
}


class Missing(Exception):
    """Something this computer has to have first; the text says what and how."""


@dataclass(frozen=True)
class Machine:
    """The directory, and what its processes find in it."""

    root: Path
    # Added to each port: two trials at once must not take the port of a worker that is just restarting.
    offset: int = 0

    @cached_property
    def ports(self) -> dict[str, int]:
        """Our port for each usual one; chosen when the directory is new, and kept."""
        kept = self.root / "ports.json"
        if kept.exists():
            return dict(json.loads(kept.read_text()))
        chosen: dict[str, int] = {}
        for usual, start in PORTS.items():
            chosen[usual] = free_port(start + self.offset, taken=chosen.values())
        self.root.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(chosen))
        return chosen

    @property
    def address(self) -> str:
        """Where a browser of this computer reaches it."""
        return f"https://127.0.0.1:{self.ports['443']}"

    @property
    def code(self) -> Path:
        """The code that is served, as a link to one version."""
        return self.path("opt/portal")

    @property
    def units(self) -> Path:
        """Where unit files lie."""
        return self.path("etc/systemd/system")

    def path(self, name: str) -> Path:
        """A path of the machine."""
        return self.root / name

    def rewrite(self, text: str) -> str:
        """A file or command with this machine's paths and ports in it. Doing it twice changes nothing more."""
        text = PLACES.sub(lambda found: f"{self.root}/", text)
        text = NUMBERS.sub(lambda found: str(self.ports[found[1]]), text)
        text = LISTEN.sub(lambda found: f"{found[1]}127.0.0.1:{self.ports[found[2]]}", text)
        return text.replace(HTTPS, f"https://$host:{self.ports['443']}$request_uri")

    def make_directories(self) -> None:
        """What a Debian has before the portal comes."""
        for name in ("etc/systemd/system", "etc/nginx/sites-enabled", "etc/nginx/sites-available", "opt"):
            self.path(name).mkdir(parents=True, exist_ok=True)
        for name in ("var/lib", "var/log/nginx", "var/backups", "var/www/html", "run", "bin", "etc/ssl"):
            self.path(name).mkdir(parents=True, exist_ok=True)

    def lay_out(self, version: str, *, code: Path = CHECKOUT) -> Path:
        """The code as if it had been fetched to /opt/portal-VERSION, with the virtual environment of this run."""
        target = self.path(f"opt/portal-{version}")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(code, target, ignore=lambda _at, names: NOT_CODE.intersection(names), symlinks=True)
        # Never the other way round: what is installed belongs to the checkout.
        target.joinpath(".venv").symlink_to(sys.prefix)
        for file in _texts(target / "deploy"):
            file.write_text(self.rewrite(file.read_text("utf-8")), "utf-8")
        return target


def _texts(deploy: Path) -> Iterable[Path]:
    return (file for file in deploy.iterdir() if file.is_file())


def free_port(start: int, *, taken: Collection[int] = ()) -> int:
    """The first port from here on that nobody listens on and that is not taken. Raises Missing after 200."""
    for port in (port for port in range(start, start + 200) if port not in taken):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Missing(f"No port is free from {start} on.")


def own_offset() -> int:
    """Where the ports of this run begin, apart from those of other runs."""
    return 16 * (1 + os.getpid() % 190)


def default_root() -> Path:
    """Where the machine lies unless PORTAL_LOCAL_DIR says otherwise."""
    return Path(os.environ.get("PORTAL_LOCAL_DIR") or CHECKOUT / "var" / "local").resolve()
