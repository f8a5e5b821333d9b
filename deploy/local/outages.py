"""make outages: parts are taken away while people read, write and sign in, and what they meet is measured.

`python -m deploy.local.outages [NAME ...]` prints one JSON object a line; OUTAGE_SECONDS says how long each lasts (60).
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local import servers
from deploy.local.install import install, manage
from deploy.local.machine import NAME, Machine, Missing, own_offset
from deploy.local.supervisor import Supervisor
from deploy.local.visitors import Load, Visitor, World, signing_in, world

SECONDS = float(os.environ.get("OUTAGE_SECONDS") or 60)
# How long something of PostgreSQL is away: a restart of the machine's own, not a night.
SHORT = min(SECONDS, 30.0)
WARM_UP, BEFORE, AFTER = 5.0, 10.0, 60.0
# A try that failed waits before the next one: how long is waited for it (seconds).
MAIL_PATIENCE = 900.0
# A person's measure is 20 posts in 5 minutes, and each writer makes up to four a second.
WRITERS, PEOPLE = 10, 240
# More than health calls full (200 MB).
SMALL_DISK = "size=400m"
WELL_IN_A_ROW = 5


@dataclass
class Outage:
    """Something that is taken away and given back."""

    supervisor: Supervisor
    world: World

    @property
    def machine(self) -> Machine:
        """Where it happens."""
        return self.supervisor.machine

    def unit(self, name: str) -> str:
        """A unit by its usual name, with this machine's port."""
        return self.machine.rewrite(name)


def redis_killed(at: Outage) -> None:
    """Redis is killed, and started after the time."""
    at.supervisor.redis.signal(signal.SIGKILL)
    time.sleep(SECONDS)
    at.supervisor.redis.start()


def redis_hung(at: Outage) -> None:
    """Redis takes connections and never answers."""
    at.supervisor.redis.signal(signal.SIGSTOP)
    time.sleep(SECONDS)
    at.supervisor.redis.signal(signal.SIGCONT)


def postgres_restarted(at: Outage) -> None:
    """PostgreSQL is restarted as its package does in an upgrade."""
    at.supervisor.postgres.stop("fast")
    at.supervisor.postgres.start()


def postgres_crashed(at: Outage) -> None:
    """PostgreSQL crashes and stays away."""
    at.supervisor.postgres.stop("immediate")
    time.sleep(SHORT)
    at.supervisor.postgres.start()


def web_killed(at: Outage) -> None:
    """All processes of one instance are killed; systemd starts it again after two seconds."""
    at.supervisor.services[at.unit("portal-web@8001.service")].signal(signal.SIGKILL)


def live_killed(at: Outage) -> None:
    """Daphne is killed; systemd starts it again after two seconds."""
    at.supervisor.services["portal-live.service"].signal(signal.SIGKILL)


def mail_away(at: Outage) -> None:
    """The mail server refuses connections, while somebody asks for mail; then it is there."""
    machine, asked = at.machine, 5
    with Post(machine_port(machine)) as post:
        post.away()
        for number in range(asked):
            ask_for_mail(at.world, number)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            manage(machine, "tick")
            time.sleep(5)
        post.back()
        end = time.monotonic() + MAIL_PATIENCE
        while len(post.taken) < asked and time.monotonic() < end:
            manage(machine, "tick")
            time.sleep(5)
        say("mail away", "mails asked", asked, "arrived", len(post.taken), "twice", post.twice())


def disk_full(at: Outage) -> None:
    """The disk of the data directory is full, then free again."""
    fill(at.machine.path("var/lib/portal"))
    time.sleep(SHORT)
    at.machine.path("var/lib/portal/ballast").unlink()


def postgres_disk_full(at: Outage) -> None:
    """PostgreSQL's disk is full, then free again."""
    fill(at.supervisor.postgres.data)
    time.sleep(SHORT)
    (at.supervisor.postgres.data / "ballast").unlink()
    # A server that ended for want of space is started again by its unit.
    if not servers.listens(at.supervisor.postgres.port):
        at.supervisor.postgres.stop("immediate")
        at.supervisor.postgres.start()


OUTAGES: dict[str, Callable[[Outage], None]] = {
    "redis-killed": redis_killed,
    "redis-hung": redis_hung,
    "postgres-restarted": postgres_restarted,
    "postgres-crashed": postgres_crashed,
    "web-killed": web_killed,
    "live-killed": live_killed,
    "mail-away": mail_away,
    "disk-full": disk_full,
    "postgres-disk-full": postgres_disk_full,
}
ON_SMALL_DISKS = {"disk-full": "var/lib/portal", "postgres-disk-full": "var/lib/postgresql"}


def main(names: list[str]) -> int:
    """Run the outages that are named, or all; 1 where something acknowledged was lost."""
    if unknown := sorted(set(names) - set(OUTAGES)):
        print(f"No outage {', '.join(unknown)}. There are: {', '.join(OUTAGES)}.", file=sys.stderr)
        return 2
    try:
        servers.require(clients=True)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    # So that what was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wanted = [name for name in OUTAGES if name in (names or OUTAGES)]
    usual = [name for name in wanted if name not in ON_SMALL_DISKS]
    well = run(usual) if usual else True
    for name in wanted:
        if name in ON_SMALL_DISKS:
            well = run([name], small=ON_SMALL_DISKS[name]) and well
    return 0 if well else 1


def run(names: list[str], small: str = "") -> bool:
    """These outages, one after the other, on one new machine; whether nothing was lost."""
    with tempfile.TemporaryDirectory(prefix="portal-outages-", dir=os.environ.get("TMPDIR")) as directory:
        os.chmod(directory, 0o755)  # noqa: S103 - the user postgres has to reach what is its own
        machine = Machine(Path(directory), own_offset())
        supervisor = Supervisor(machine)
        machine.make_directories()
        try:
            if small and not mount(machine.path(small)):
                say(names[0], "left out", "a small disk needs root and mount")
                return True
            people = begin(supervisor)
            held = [watched(supervisor, people, name) for name in names]
            return all(held)
        finally:
            supervisor.end()
            if small:
                subprocess.run(["umount", str(machine.path(small))], capture_output=True)


def begin(supervisor: Supervisor) -> World:
    """The whole set-up under the name of the handbook, with a discussion in it."""
    machine = supervisor.machine
    supervisor.begin()
    install(supervisor, origins=f"https://{NAME}", mail=f"smtp://127.0.0.1:{machine_port(machine)}")
    supervisor.start("nginx.service")
    supervisor.start("portal.target")
    supervisor.start("portal-tick.service")
    visitor = Visitor(machine, NAME)
    if not servers.wait_until(lambda: visitor.get("/healthz").status == 200, 90):
        raise SystemExit(f"The portal did not come up: {visitor.get('/healthz')}")
    return world(machine, NAME, PEOPLE)


def watched(supervisor: Supervisor, people: World, name: str) -> bool:
    """One outage with readers and writers before, during and after it; whether nothing acknowledged was lost."""
    print(f"-- {name}: {OUTAGES[name].__doc__}", file=sys.stderr, flush=True)
    load = Load(people, WRITERS, pause=0.5)
    load.begin(signing_in)
    # Workers that have just started draw their first pages slowly.
    time.sleep(WARM_UP)
    begun = time.monotonic()
    time.sleep(BEFORE)
    gone = time.monotonic()
    OUTAGES[name](Outage(supervisor, people))
    back = time.monotonic()
    recovered = recovery(people, back)
    time.sleep(5)
    load.end()
    for when, since, until in (
        ("before", begun, gone),
        ("until it works again", gone, back + recovered),
        ("after", back + recovered, 0.0),
    ):
        for kind in ("read", "write", "sign in"):
            say(name, "when", when, "what", kind, **load.figures(kind, since, until))
    lost, twice = load.lost()
    say(name, "seconds away", round(back - gone, 1), "recovered after", round(recovered, 1))
    say(name, "acknowledged", len(load.acknowledged), "lost", lost, "twice", twice)
    return not lost and not twice


def recovery(people: World, back: float) -> float:
    """Seconds until /healthz is well and pages and posts work several times in a row."""
    well, since = 0, back
    while well < WELL_IN_A_ROW and time.monotonic() < back + AFTER * 2:
        who = people.visitor(PEOPLE // 2 + int(time.monotonic() * 7))
        answers = [who.get("/healthz"), who.get(people.page)]
        answers.append(people.say(who, f"n-{uuid.uuid4()}", str(uuid.uuid4())))
        who.close()
        good = [answer.status for answer in answers] in ([200, 200, 302], [200, 200, 409])
        if good and not well:
            since = time.monotonic()
        well = well + 1 if good else 0
        time.sleep(0.1)
    return since - back if well else float("inf")


# --- a mail server and a small disk ---


class Post:
    """A mail server that can go away: it says yes to everything and keeps what it took."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.taken: list[bytes] = []
        self.line: socket.socket | None = None

    def __enter__(self) -> Post:
        return self

    def __exit__(self, *_: object) -> None:
        self.away()

    def away(self) -> None:
        """Nobody listens."""
        if self.line is not None:
            self.line.close()
        self.line = None

    def back(self) -> None:
        """Listen."""
        self.line = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._serve, args=(self.line,), daemon=True).start()

    def twice(self) -> int:
        """How many mails came more than once, by their text."""
        return len(self.taken) - len(set(self.taken))

    def _serve(self, line: socket.socket) -> None:
        while True:
            try:
                talk, _from = line.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(talk,), daemon=True).start()

    def _talk(self, talk: socket.socket) -> None:
        with talk, talk.makefile("rwb") as file:
            self._answer(file, b"220 trial")
            while word := file.readline():
                if word[:4].upper() == b"DATA":
                    self._answer(file, b"354 go on")
                    self.taken.append(b"".join(iter(file.readline, b".\r\n")))
                self._answer(file, b"221 bye" if word[:4].upper() == b"QUIT" else b"250 ok")

    @staticmethod
    def _answer(file: Any, line: bytes) -> None:
        file.write(line + b"\r\n")
        file.flush()


def machine_port(machine: Machine) -> int:
    """Where the trial's mail server listens: nobody else of the machine does."""
    return machine.ports["443"] + 1


def ask_for_mail(people: World, number: int) -> None:
    """Somebody has forgotten the password, and a link goes to the address."""
    login = people.people[number]["login"]
    visitor = Visitor(people.machine, people.name)
    answer = visitor.post(
        "/accounts/password/reset/", {"email": f"{login}@example.org", "login": f"{login}@example.org"}
    )
    say("mail away", "asked", login, "answer", answer.status)


def mount(directory: Path) -> bool:
    """A small disk there; only root may, and not in every container."""
    directory.mkdir(parents=True, exist_ok=True)
    kind = "size=512m" if directory.name == "postgresql" else SMALL_DISK
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", kind, "tmpfs", str(directory)], capture_output=True)
    return done.returncode == 0


def fill(directory: Path) -> None:
    """Write until there is no space left."""
    with (directory / "ballast").open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 65536):
                pass
        except OSError:
            return


def say(outage: str, *pairs: Any, **more: Any) -> None:
    """One line of figures."""
    told = dict(zip(pairs[::2], pairs[1::2], strict=True))
    print(json.dumps({"outage": outage, **told, **more}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
