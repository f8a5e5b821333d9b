"""PostgreSQL, Redis and nginx from Debian's packages, started in the machine's directory and stopped by pid."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from deploy.local.machine import Machine, Missing

PACKAGES = {
    "initdb": "postgresql",
    "redis-server": "redis-server",
    "nginx": "nginx-light",
    "openssl": "openssl",
    "curl": "curl",
}
NGINX = """\
{user}pid {root}/run/nginx.pid;
error_log {root}/var/log/nginx/error.log;
worker_processes 2;
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    client_body_temp_path {root}/run/nginx-body;
    proxy_temp_path {root}/run/nginx-proxy;
    fastcgi_temp_path {root}/run/nginx-fastcgi;
    uwsgi_temp_path {root}/run/nginx-uwsgi;
    scgi_temp_path {root}/run/nginx-scgi;
    include {root}/etc/nginx/sites-enabled/*;
}}
"""
PATIENCE = 30.0


def found(program: str) -> str:
    """The path of a server's program, or an empty text."""
    places = sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
    return (
        shutil.which(program, path=os.pathsep.join([*places, os.environ["PATH"], "/usr/sbin", "/sbin"])) or ""
    )


def require(*, clients: bool = False) -> None:
    """Raises Missing with the line that installs what is not here."""
    wanted = set(PACKAGES) if clients else set(PACKAGES) - {"curl"}
    packages = sorted({PACKAGES[name] for name in wanted if not found(name)})
    if packages:
        raise Missing(
            "Not on this computer: " + ", ".join(packages) + ".\n"
            f"  apt-get install --no-install-recommends {' '.join(packages)}\n"
            "Debian starts what it installs; nothing here uses those instances, they may be stopped and disabled."
        )


class Postgres:
    """A cluster of its own. Durable as shipped, so that what it acknowledged has to be there after a crash."""

    def __init__(self, machine: Machine, *, data: Path | None = None) -> None:
        self.machine, self.data = machine, data or machine.path("var/lib/postgresql")
        self.port = machine.ports["5432"]

    @property
    def environment(self) -> dict[str, str]:
        """With which psql and its like reach it as the user postgres."""
        return {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "postgres"}

    def start(self) -> None:
        """Start it, made first where it is new. Raises Missing where the user postgres cannot reach it."""
        if not (self.data / "PG_VERSION").exists():
            self._make()
        self._control("start", "-l", str(self.data / "log"), "-o", self._options())

    def stop(self, how: str = "fast") -> None:
        """Stop it, where it runs: fast, or immediate as in a crash."""
        if (self.data / "postmaster.pid").exists():
            self._control("stop", "-m", how)

    def ask(self, statement: str, database: str = "postgres") -> str:
        """One statement as the user postgres; its answer as text."""
        command = [
            found("psql"),
            "-X",
            "-A",
            "-t",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            database,
            "-c",
            statement,
        ]
        done = subprocess.run(command, env={**os.environ, **self.environment}, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr.strip())
        return done.stdout.strip()

    def _make(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        if os.getuid() == 0:
            shutil.chown(self.data, "postgres")
            if self._as_postgres("test", "-x", str(self.data)).returncode:
                raise Missing(
                    f"PostgreSQL does not run as root, and its user postgres cannot reach {self.data}.\n"
                    "Choose another directory: make up-local PORTAL_LOCAL_DIR=/tmp/portal"
                )
        # Trusted on the loopback for its own user only; the portal's role needs its password, as in life.
        self._run(
            "initdb", "-D", str(self.data), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust"
        )
        rules = "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (self.data / "pg_hba.conf").write_text(rules)

    def _options(self) -> str:
        return (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=100"
        )

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-w", "-t", str(int(PATIENCE)), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        done = self._as_postgres(found(program), *arguments)
        if done.returncode:
            raise Missing(f"PostgreSQL: {program} failed.\n{done.stderr or done.stdout}")

    def _as_postgres(self, *command: str) -> subprocess.CompletedProcess[str]:
        front = ("runuser", "-u", "postgres", "--") if os.getuid() == 0 else ()
        # Its log is the server's own file: a pipe would be held open by it.
        quiet = self.machine.path("run/postgres.out")
        with quiet.open("w") as said:
            done = subprocess.run(
                [*front, *command], stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/"
            )
        return subprocess.CompletedProcess(command, done.returncode, quiet.read_text(), "")


class Process:
    """A server that stays in the foreground: a child of ours."""

    def __init__(self, machine: Machine, name: str, port: int, command: list[str]) -> None:
        self.machine, self.name, self.port, self.command = machine, name, port, command
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it where it does not run, and wait until it listens, where it comes to that."""
        if self.child is None or self.child.poll() is not None:
            with self.machine.path(f"var/log/{self.name}.log").open("ab") as log:
                self.child = subprocess.Popen(self.command, stdout=log, stderr=log, start_new_session=True)
            wait_until(lambda: not self.runs or listens(self.port), 5)

    def stop(self) -> None:
        """End it, at last by force."""
        self.signal(signal.SIGTERM)
        if self.child is not None:
            try:
                self.child.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.signal(signal.SIGKILL)

    def signal(self, number: int) -> None:
        """Send it a signal, where it runs."""
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(number)

    @property
    def runs(self) -> bool:
        """Whether it is there."""
        return self.child is not None and self.child.poll() is None


def redis(machine: Machine) -> Process:
    """Redis as Debian starts it, but with nothing on the disk."""
    command = [found("redis-server"), "--port", str(machine.ports["6379"]), "--bind", "127.0.0.1"]
    return Process(
        machine,
        "redis",
        machine.ports["6379"],
        [*command, "--save", "", "--appendonly", "no", "--dir", str(machine.path("run"))],
    )


def nginx(machine: Machine) -> Process:
    """nginx with what lies in sites-enabled."""
    main = machine.path("etc/nginx/nginx.conf")
    user = f"user {pwd.getpwuid(os.getuid()).pw_name};\n" if os.getuid() == 0 else ""
    main.write_text(NGINX.format(user=user, root=machine.root))
    return Process(
        machine, "nginx", machine.ports["443"], [found("nginx"), "-c", str(main), "-g", "daemon off;"]
    )


def listens(port: int) -> bool:
    """Whether somebody answers on a port of this computer."""
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Ask again ten times a second, until it is so or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False
