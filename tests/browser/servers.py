"""Starting whole portals as programs of their own, and moving their clocks."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0
# The ports at which a portal may stand while tests run: each worker has its share.
PORTS = range(8170, 8200)[
    int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) :: int(
        os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")
    )
]


@dataclass
class Portal:
    """A portal with its own data directory: what is in it, where it stands, its clock."""

    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """What addresses begin with."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """That of a programme of this portal; nothing of the tests' own settings."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PORTAL_", "DJANGO_", "PYTEST_"))
        }
        return kept | {
            "PORTAL_DATA_DIR": str(self.home),
            "PORTAL_TEST_CLOCK": str(self.home / "clock"),
            "PORTAL_LOG_LEVEL": "WARNING",
            "PORTAL_STAFF_SECOND_FACTOR": "no",
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
        }

    def start(self) -> None:
        """Serve what is in the data directory; `wait` says when it does."""
        with (self.home / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.browser.server", "kept", "serve"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Until it answers, and its periodic work was done once."""
        patient_until = time.monotonic() + PATIENCE
        while not self._well():
            assert self.process is not None
            assert self.process.poll() is None, self.log
            assert time.monotonic() < patient_until, self.log
            time.sleep(0.2)

    def stop(self) -> None:
        """End the programme; another portal may stand at its port then."""
        if self.process is None:
            return
        _given.discard(self.port)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=15)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A programme on this portal's data: run("manage.py", "verify_record")."""
        return subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    @property
    def log(self) -> str:
        """The end of what the programme has said."""
        return (self.home / "log").read_text(errors="replace")[-4000:]

    # --- its clock ---

    @property
    def now(self) -> datetime:
        """What time it is there, aware."""
        return datetime.now(UTC) + timedelta(seconds=self._offset())

    def forward(self, days: float = 0, hours: float = 0, minutes: float = 0) -> None:
        """Let time pass, and wait until the periodic work of the new time is done."""
        self.until(self.now + timedelta(days=days, hours=hours, minutes=minutes))

    def until(self, moment: datetime) -> None:
        """Let time pass until a moment (aware); it never goes back."""
        seconds = max(self._offset(), int((moment - datetime.now(UTC)).total_seconds()) + 1)
        (self.home / "clock.new").write_text(str(seconds))
        (self.home / "clock.new").rename(self.home / "clock")
        patient_until = time.monotonic() + PATIENCE
        while self._ticked() != str(seconds):
            assert time.monotonic() < patient_until, self.log
            time.sleep(0.05)

    def _offset(self) -> int:
        file = self.home / "clock"
        return int(file.read_text()) if file.exists() else 0

    def _ticked(self) -> str:
        """Up to which offset the work was done; a job that failed fails the test."""
        file = self.home / "clock.ticked"
        done, _space, failed = file.read_text().partition(" ") if file.exists() else ("", "", "")
        assert not failed, f"{failed}\n{self.log}"
        return done

    def _well(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=5) as answer:  # noqa: S310 - ours
                return answer.status == 200 and self._ticked() != ""
        except (urllib.error.URLError, OSError):
            return False


def filled(world: str, shared: Path, store: Path) -> Portal:
    """A portal with a world in it, not serving: made once a run, in the directory that its workers share."""
    with _alone(shared / f"{world}.lock"):
        portal = Portal(shared / world, 0)
        if not portal.home.exists():
            made = like(_with_tables(shared / f"{world}.tables", store), shared / f"{world}.made")
            done = made.run("-m", "tests.browser.server", world)
            assert done.returncode == 0, done.stderr[-4000:]
            made.home.rename(portal.home)
    return portal


def _with_tables(home: Path, store: Path) -> Portal:
    """A portal with empty tables, not serving: as an earlier run left them in `store`, if nothing changed since.

    To make them takes longer than all the rest.
    """
    kept = store / _tables_digest()
    with _alone(store / "lock"):
        if not kept.exists():
            portal = Portal(home, free_port())
            home.mkdir(parents=True)
            done = portal.run("-m", "tests.browser.server", "tables")
            assert done.returncode == 0, done.stderr[-4000:]
            home.rename(kept)
    return Portal(kept, 0)


@contextlib.contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One worker at a time."""
    with file.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _tables_digest() -> str:
    """Of everything that the empty tables and what is in them come from."""
    parts = sorted([*ROOT.glob("portal/*/migrations/*.py"), *ROOT.glob("portal/*/*.toml")])
    content = [path.read_bytes() for path in [*parts, ROOT / "requirements.lock"]]
    return hashlib.sha256(b"".join(content)).hexdigest()[:16]


def like(portal: Portal, home: Path) -> Portal:
    """A second portal with a copy of the first one's data."""
    shutil.copytree(portal.home, home, symlinks=True)
    return Portal(home, free_port())


_given: set[int] = set()


def free_port() -> int:
    """A port nobody listens at and nobody was given."""
    for port in PORTS:
        with socket.socket() as probe:
            if port not in _given and probe.connect_ex(("127.0.0.1", port)) != 0:
                _given.add(port)
                return port
    raise RuntimeError("no free port")
