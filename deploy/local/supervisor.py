"""What systemd does for the portal, as far as trials need it: units started, restarted, reloaded, kept alive."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from deploy.local import servers, units
from deploy.local.machine import Machine
from deploy.local.units import Unit

LOOK = 0.2  # seconds between two looks at what runs
RESTART_AFTER = 2.0  # as RestartSec of the units
SHIM = """#!{python} -I
# systemctl of this trial: it asks the supervisor of {root}.
import json, os, socket, sys
os.chdir({run!r})
line = socket.socket(socket.AF_UNIX)
line.connect("control")
line.sendall(json.dumps(sys.argv[1:]).encode() + b"\\n")
code, said = json.loads(line.makefile().read())
print(said, end="" if not said else "\\n", file=sys.stderr if code else sys.stdout)
sys.exit(code)
"""


class Service:
    """One running unit in a process group of its own."""

    def __init__(self, machine: Machine, unit: Unit) -> None:
        self.machine, self.unit = machine, unit
        self.child: subprocess.Popen[bytes] | None = None
        self.ended_at: float | None = None

    @property
    def runs(self) -> bool:
        """Whether its main process is there."""
        return self.child is not None and self.child.poll() is None

    @property
    def pid(self) -> int:
        """Its main process. Raises ProcessLookupError where there is none."""
        if self.child is None or self.child.poll() is not None:
            raise ProcessLookupError(self.unit.name)
        return self.child.pid

    def start(self) -> None:
        """Start it where it does not run; its output goes to a file of its own."""
        if self.runs:
            return
        self.ended_at = None
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                self.unit.command,
                cwd=self.unit.directory,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self) -> None:
        """KillMode=mixed: the main process ends by itself if it can, then whatever is left of its group."""
        child, self.child = self.child, None
        if child is None:
            return
        if child.poll() is None:
            child.terminate()
            with suppress(subprocess.TimeoutExpired):
                child.wait(self.unit.patience)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def reload(self) -> None:
        """ExecReload of the unit."""
        command = shlex.split(self.unit.entries["ExecReload"].replace("$MAINPID", str(self.pid)))
        subprocess.run(command, check=True)

    def run_once(self) -> int:
        """A oneshot unit, to its end; its exit code."""
        self.start()
        return 1 if self.child is None else self.child.wait()

    def signal(self, number: int) -> None:
        """A signal to all its processes."""
        os.killpg(self.pid, number)

    @property
    def log(self) -> Path:
        """What it printed."""
        return self.machine.path(f"var/log/{self.unit.name}.log")

    def environment(self) -> dict[str, str]:
        """Nothing of ours: as systemd starts it."""
        bare = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(self.machine.root)}
        file = self.unit.environment_file
        return bare | (units.environment(file) if file else {})


class Supervisor:
    """Everything that runs on one machine. `systemctl` is its only door, also for the trial itself."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.postgres = servers.Postgres(machine)
        self.redis = servers.redis(machine)
        self.nginx: servers.Process | None = None
        self.services: dict[str, Service] = {}
        self.timers: set[str] = set()
        self.ended = threading.Event()
        self._lock = threading.RLock()
        self._threads: list[threading.Thread] = []

    def begin(self) -> None:
        """The control socket, the shim `systemctl`, and the thread that keeps things alive."""
        self._shim()
        door = self._listen()
        for work in (self._keep, lambda: self._answer(door)):
            self._threads.append(threading.Thread(target=work, daemon=True))
            self._threads[-1].start()

    def end(self) -> None:
        """Stop all that was started, in the opposite order."""
        self.ended.set()
        with self._lock:
            for service in reversed(list(self.services.values())):
                service.stop()
            if self.nginx is not None:
                self.nginx.stop()
            self.redis.stop()
            self.postgres.stop()

    # --- what systemctl asks for ---

    def systemctl(self, *arguments: str) -> tuple[int, str]:
        """Exit code and text of one call."""
        verb, *names = [word for word in arguments if not word.startswith("-")]
        now = "--now" in arguments
        if verb == "daemon-reload":
            return 0, ""
        if verb in {"enable", "disable"}:
            verb, names = {"enable": "start", "disable": "stop"}[verb], names if now else []
        said = [self._each(verb, name) for name in self._spelt(names)]
        return max((code for code, _text in said), default=0), "\n".join(text for _code, text in said if text)

    def _each(self, verb: str, name: str) -> tuple[int, str]:
        works = {"start": self.start, "stop": self.stop, "restart": self.restart, "reload": self.reload}
        if verb == "is-active":
            return (0, "active") if self.is_active(name) else (3, "inactive")
        if verb not in works:
            return 1, f"systemctl {verb}: not in this trial"
        try:
            works[verb](name)
        except (OSError, KeyError, RuntimeError, subprocess.CalledProcessError) as fault:
            return 1, f"{name}: {fault!r}"
        return 0, ""

    def start(self, name: str) -> None:
        """Start a unit with what it wants. Raises RuntimeError where a oneshot fails."""
        server = self._server(name)
        if server is not None:
            server.start()
            return
        unit = self.unit(name)
        for wanted in unit.wanted:
            self.start(wanted)
        if name.endswith(".timer"):
            self.timers.add(name)
        elif unit.entries.get("Type") == "oneshot":
            self._once(unit)
        elif "ExecStart" in unit.entries:
            with self._lock:
                self.services.setdefault(name, Service(self.machine, unit)).start()

    def stop(self, name: str) -> None:
        """Stop a unit, with those that are part of it."""
        server = self._server(name)
        if server is not None:
            server.stop()
        elif name.endswith(".target"):
            for wanted in self.unit(name).wanted:
                self.stop(wanted)
        elif name.endswith(".timer"):
            self.timers.discard(name)
        elif service := self._taken(name):
            service.stop()

    def restart(self, name: str) -> None:
        """Stop and start it, as its unit file and environment are now."""
        self.stop(name)
        self.start(name)

    def reload(self, name: str) -> None:
        """ExecReload; nginx reads its files again."""
        if name == "nginx.service" and self.nginx is not None:
            self.nginx.signal(signal.SIGHUP)
        else:
            self.services[name].reload()

    def is_active(self, name: str) -> bool:
        """Whether it runs."""
        if name.startswith("nginx"):
            return self.nginx is not None and self.nginx.runs
        return name in self.timers or (name in self.services and self.services[name].runs)

    def unit(self, name: str) -> Unit:
        """The unit as its file is now."""
        return units.read(self.machine.units, name, self.machine.rewrite)

    # --- inside ---

    def _server(self, name: str) -> servers.Postgres | servers.Process | None:
        if name == "nginx.service" and self.nginx is None:
            self.nginx = servers.nginx(self.machine)
        known: dict[str, servers.Postgres | servers.Process | None] = {
            "postgresql.service": self.postgres,
            "redis-server.service": self.redis,
            "nginx.service": self.nginx,
        }
        return known.get(name)

    def _once(self, unit: Unit) -> None:
        if code := Service(self.machine, unit).run_once():
            raise RuntimeError(f"ended with {code}; its log: {self.machine.path('var/log')}/{unit.name}.log")

    def _taken(self, name: str) -> Service | None:
        with self._lock:
            return self.services.pop(name, None)

    @staticmethod
    def _spelt(names: Iterable[str]) -> list[str]:
        kinds = (".service", ".timer", ".target")
        return [name if name.endswith(kinds) else f"{name}.service" for name in names]

    def _keep(self) -> None:
        """Start again what ended (Restart=always), and each minute what the timers say."""
        minute = time.time() // 60
        while not self.ended.wait(LOOK):
            self._revive()
            if time.time() // 60 != minute:
                minute = time.time() // 60
                for timer in sorted(self.timers):
                    self._due(timer)

    def _revive(self) -> None:
        with self._lock:
            for service in self.services.values():
                if service.runs or not service.unit.stays:
                    continue
                service.ended_at = service.ended_at or time.monotonic()
                if time.monotonic() - service.ended_at >= RESTART_AFTER:
                    service.stop()
                    service.start()

    def _due(self, timer: str) -> None:
        if self.unit(timer).each_minute:
            name = timer.replace(".timer", ".service")
            last = self.services.get(name)
            # systemd does not start what still runs.
            if last is None or not last.runs:
                self.services[name] = Service(self.machine, self.unit(name))
                self.services[name].start()

    def _shim(self) -> None:
        file = self.machine.path("bin/systemctl")
        run = str(self.machine.path("run"))
        file.write_text(SHIM.format(python=sys.executable, root=self.machine.root, run=run))
        file.chmod(0o755)

    def _listen(self) -> socket.socket:
        """The address of a socket file is short; so it is named from inside its directory."""
        here, run = Path.cwd(), self.machine.path("run")
        run.joinpath("control").unlink(missing_ok=True)
        os.chdir(run)
        try:
            door = socket.socket(socket.AF_UNIX)
            door.bind("control")
        finally:
            os.chdir(here)
        run.joinpath("control").chmod(0o600)
        door.listen()
        return door

    def _answer(self, door: socket.socket) -> None:
        while not self.ended.is_set():
            line, _from = door.accept()
            with line, suppress(OSError, ValueError):
                asked = json.loads(line.makefile().readline())
                line.sendall(json.dumps(self.systemctl(*asked)).encode())
