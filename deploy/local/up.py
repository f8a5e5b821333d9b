"""make up-local: the grown-up portal in the foreground, until Ctrl+C."""

from __future__ import annotations

import os
import signal
import ssl
import sys
import threading
import urllib.error
import urllib.request

from deploy.local import servers
from deploy.local.install import install
from deploy.local.machine import Machine, Missing, default_root
from deploy.local.supervisor import Supervisor

DEMO = "gongzhi-demo-2026"
EMPTY = """An empty database: the next steps are in docs/operations.md, “First areas and accounts”.
  {manage} COMMAND runs manage.py in it."""
FULL = """Sign in as chen (resident and owner), zhou, tenant, volunteer …; the password of all is {password}.
  Who holds an office sets up a code app first, as everywhere but in `make run`."""


def main() -> int:
    """Start everything, say where it is, wait, stop everything."""
    demo = os.environ.get("PORTAL_LOCAL_DEMO", "yes") not in {"no", "0", "false"}
    machine = Machine(default_root())
    try:
        servers.require(clients=True)
        machine.make_directories()
        supervisor = Supervisor(machine)
        return serve(supervisor, demo=demo)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1


def serve(supervisor: Supervisor, *, demo: bool) -> int:
    """Until a signal comes."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    print(f"Starting in {supervisor.machine.root} …", flush=True)
    try:
        supervisor.begin()
        install(supervisor, demo=demo)
        supervisor.start("nginx.service")
        supervisor.start("portal.target")
        supervisor.start("portal-tick.service")
        if stopped.is_set():
            return 0
        well = servers.wait_until(lambda: stopped.is_set() or answers(supervisor.machine), 60)
        if not stopped.is_set():
            print(welcome(supervisor.machine, demo=demo) if well else unwell(supervisor.machine), flush=True)
        stopped.wait()
    finally:
        print("Stopping …", flush=True)
        supervisor.end()
    return 0


def answers(machine: Machine) -> bool:
    """Whether the front door says that everything works."""
    unknown = ssl._create_unverified_context()  # noqa: S323 - our own certificate, on the loopback
    try:
        with urllib.request.urlopen(f"{machine.address}/healthz", context=unknown, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def unwell(machine: Machine) -> str:
    """What is to be done where the portal does not answer, or says that something is wrong."""
    return "\n".join(
        [
            f"The portal is NOT well: within a minute {machine.address}/healthz did not say that everything works.",
            f"Look at what it says (curl -k), and into the logs: {machine.path('var/log')}",
            "Ctrl+C stops everything.",
        ]
    )


def welcome(machine: Machine, *, demo: bool) -> str:
    """What whoever started it needs to know."""
    manage = machine.code / "deploy/manage"
    lines = [
        f"{machine.address}   (your browser warns once: nobody vouches for the certificate)",
        FULL.format(password=DEMO) if demo else EMPTY.format(manage=manage),
        f"Logs: {machine.path('var/log')}   Units: PATH={machine.path('bin')}:$PATH systemctl restart portal-live",
        "Ctrl+C stops everything.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
