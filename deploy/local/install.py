"""The portal put onto the machine from deploy/'s own files, for trials that do not begin with the handbook."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from deploy.local.machine import NAME, Machine, Missing
from deploy.local.servers import found
from deploy.local.supervisor import Supervisor

VERSION = "trial"


def install(supervisor: Supervisor, *, origins: str = "", mail: str = "", demo: bool = False) -> None:
    """Role and database, code, environment, certificate, units, nginx; then the tables. What is there already stays.

    `origins`: under which addresses it is reached; by default those of this computer.
    """
    machine = supervisor.machine
    supervisor.postgres.start()
    supervisor.redis.start()
    make_certificate(machine)
    link(machine, machine.lay_out(VERSION))
    write_environment(
        supervisor, origins or f"{machine.address} https://localhost:{machine.ports['443']}", mail
    )
    copy_units(machine)
    site(machine, origins)
    prepare(machine, demo=demo)


def make_certificate(machine: Machine) -> None:
    """A certificate that nobody vouches for, for this computer and the name of the handbook."""
    directory = machine.path("etc/ssl/portal")
    if (directory / "fullchain.pem").exists():
        return
    directory.mkdir(parents=True, exist_ok=True)
    names = f"subjectAltName=DNS:{NAME},DNS:localhost,IP:127.0.0.1"
    command = [found("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"]
    command += ["-subj", f"/CN={NAME}", "-addext", names]
    command += ["-keyout", str(directory / "privkey.pem"), "-out", str(directory / "fullchain.pem")]
    subprocess.run(command, check=True, capture_output=True)


def link(machine: Machine, code: Path) -> None:
    """Let /opt/portal be this version, by one rename."""
    following = machine.path("opt/portal.next")
    following.unlink(missing_ok=True)
    following.symlink_to(code)
    following.rename(machine.code)


def write_environment(supervisor: Supervisor, origins: str, mail: str) -> None:
    """/etc/portal.env from the example, with a role and a key made now. Once; an existing one is kept."""
    machine = supervisor.machine
    file = machine.path("etc/portal.env")
    if file.exists():
        return
    password = secrets.token_hex(16)
    supervisor.postgres.ask(f"CREATE ROLE portal LOGIN PASSWORD '{password}'")
    supervisor.postgres.ask("CREATE DATABASE portal OWNER portal")
    told = {
        "PORTAL_ORIGINS": f'"{origins}"',
        "PORTAL_SECRET_KEY": secrets.token_urlsafe(64),
        "PORTAL_DATABASE_URL": f"postgres://portal:{password}@127.0.0.1:{machine.ports['5432']}/portal",
        "PORTAL_EMAIL_URL": mail or "console:",
    }
    lines = (machine.code / "deploy/portal.env.example").read_text("utf-8").splitlines()
    filled = [f"{name}={told[name]}" if (name := line.partition("=")[0]) in told else line for line in lines]
    file.touch(0o600)
    # Nobody has a gateway for text messages here.
    file.write_text("\n".join(filled).replace("CHANGE-ME", "trial") + "\n", "utf-8")


def copy_units(machine: Machine) -> None:
    """The unit files of the code that is served."""
    for kind in ("service", "timer", "target"):
        for file in (machine.code / "deploy").glob(f"*.{kind}"):
            shutil.copy(file, machine.units)


def site(machine: Machine, origins: str) -> None:
    """The server block, under the names of this computer unless it is to keep the handbook's."""
    text = (machine.code / "deploy/nginx.conf").read_text("utf-8")
    if not origins:
        text = text.replace(f"server_name {NAME};", f"server_name 127.0.0.1 localhost {NAME};")
    machine.path("etc/nginx/sites-enabled/portal").write_text(text, "utf-8")


def prepare(machine: Machine, *, demo: bool) -> None:
    """Translations, tables, static files and, where it is asked for and the database empty, the demo."""
    manage(machine, "compile_translations", "--verbosity=0")
    manage(machine, "migrate", "--no-input", "--verbosity=0")
    manage(machine, "collectstatic", "--no-input", "--verbosity=0")
    marks = machine.path("demo-loaded")
    if demo and not marks.exists():
        manage(machine, "load_demo")
        marks.touch()


def manage(machine: Machine, *arguments: str, stdin: str | None = None) -> str:
    """manage.py as the services run it (deploy/manage); what it printed. Raises Missing where it fails."""
    return run(machine, str(machine.code / "deploy/manage"), *arguments, stdin=stdin)


def run(machine: Machine, *command: str, stdin: str | None = None) -> str:
    """A command with this machine's programs in front; what it printed. Raises Missing with what it said."""
    write_runuser(machine)
    path = f"{machine.path('bin')}:{os.environ['PATH']}"
    done = subprocess.run(
        command, input=stdin, env=bare(path), cwd=machine.root, capture_output=True, text=True
    )
    if done.returncode:
        raise Missing(f"{' '.join(command)} failed.\n{done.stderr[-4000:]}")
    return done.stdout


def bare(path: str) -> dict[str, str]:
    """An environment without anything of the portal's."""
    return {"PATH": path, "LANG": "C.UTF-8", "HOME": os.environ.get("HOME", "/")}


def write_runuser(machine: Machine) -> None:
    """Nobody else owns anything in the trial: what runs as another user runs as ours."""
    file = machine.path("bin/runuser")
    file.write_text('#!/bin/sh\nshift 2\n[ "$1" = -- ] && shift\nexec "$@"\n')
    file.chmod(0o755)
