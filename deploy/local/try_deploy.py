"""make try-deploy: docs/operations.md command by command, then what it promises, on a machine that is thrown away."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import manual, servers
from deploy.local.install import bare, write_runuser
from deploy.local.machine import CHECKOUT, NAME, Machine, Missing, own_offset
from deploy.local.servers import found
from deploy.local.supervisor import Supervisor
from deploy.local.visitors import Load, Socket, Visitor, World, world

HANDBOOK = CHECKOUT / "docs/operations.md"
VERSIONS = re.compile(r"^(VERSION|NEW)=(\S+)$", re.M)
FIRST_PART, UPGRADE = "From a bare Debian", "A new version, and back again"
WRITERS, RESTARTS, PEOPLE = 10, 5, 240
# An empty migration, as a version without changes of tables has none: it shows that the order of steps holds.
MIGRATION = '''"""Nothing but a step that the version before does not know."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("record", "{last}")]

    operations = []
'''
SHIMS = {
    "install": """#!/bin/sh
# Nobody else owns anything in a trial.
for word; do shift; case $word in -o|-g) skip=1 ;; *) [ "${skip:-}" ] && skip= || set -- "$@" "$word" ;; esac; done
exec /usr/bin/install "$@"
""",
    "nginx": '#!/bin/sh\nexec {nginx} -c {root}/etc/nginx/nginx.conf "$@"\n',
}


class Wrong(Exception):
    """A promise that was not kept; the text says which."""


def main() -> int:
    """Try everything; 1 where something is not as it is written."""
    try:
        servers.require(clients=True)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    # So that what was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="portal-try-", dir=os.environ.get("TMPDIR")) as directory:
        os.chmod(directory, 0o755)  # noqa: S103 - the user postgres has to reach what is its own
        trial = Trial(Machine(Path(directory), own_offset()))
        try:
            return trial.run()
        finally:
            trial.supervisor.end()


class Trial:
    """One run of the handbook."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.supervisor = Supervisor(machine)
        self.text = HANDBOOK.read_text("utf-8")
        self.versions = dict(VERSIONS.findall(self.text))
        self.wrong = 0

    def run(self) -> int:
        """The steps of the installation, what follows from them, then daily life."""
        self.lay_out()
        lines = manual.commands(self.text)
        at = next(at for at, line in enumerate(lines) if line.command.startswith("NEW="))
        daily = next(at for at, line in enumerate(lines) if line.heading == "Restarting")
        self.commands(lines[:daily])
        people = world(self.machine, NAME, PEOPLE)
        for check in CHECKS:
            self.check(check, people)
        with self.visited(people, "restart.sh"):
            self.commands(lines[daily:at])
        self.check(restarted_again_and_again, people)
        back = next(
            n for n, line in enumerate(lines) if line.command.startswith("/opt/portal-$OLD/deploy/switch")
        )
        with self.visited(people, "new version, and back"):
            self.commands(lines[at : back + 1], prelude=[lines[n] for n in self.named(lines)])
        self.commands(lines[back + 1 :], prelude=[lines[n] for n in self.named(lines)])
        said("Left out", *sorted({f"{line.command}  ({line.why_not})" for line in lines if line.why_not}))
        print(f"{self.wrong} wrong" if self.wrong else "All as it is written.", flush=True)
        return 1 if self.wrong else 0

    def lay_out(self) -> None:
        """A machine as Debian leaves it, and both versions of the code to be fetched."""
        self.machine.make_directories()
        self.supervisor.begin()
        self.supervisor.postgres.start()
        self.supervisor.redis.start()
        write_runuser(self.machine)
        # Debian's package brings nginx.conf; the portal only adds a site.
        servers.nginx(self.machine)
        for name, text in SHIMS.items():
            file = self.machine.path(f"bin/{name}")
            file.write_text(text.replace("{nginx}", found("nginx")).replace("{root}", str(self.machine.root)))
            file.chmod(0o755)
        self.machine.lay_out(self.versions["VERSION"])
        newer = self.machine.lay_out(self.versions["NEW"])
        steps = newer / "portal/record/migrations"
        last = sorted(file.stem for file in steps.glob("[0-9]*.py"))[-1]
        (steps / f"{int(last[:4]) + 1:04d}_trial.py").write_text(MIGRATION.format(last=last))

    @staticmethod
    def named(lines: list[manual.Line]) -> list[int]:
        """The lines that only give something a name, which later blocks use."""
        return [at for at, line in enumerate(lines) if re.match(r"(NAME|VERSION)=", line.command)]

    def commands(self, lines: list[manual.Line], prelude: list[manual.Line] | None = None) -> None:
        """Do these lines of the handbook. Raises Wrong at the first that fails."""
        path = f"{self.machine.path('bin')}:{os.environ['PATH']}:/usr/sbin"
        environment = bare(path) | self.supervisor.postgres.environment | self.curl()
        done = subprocess.run(
            ["bash", "-c", manual.script(self.machine, [*(prelude or []), *lines])],
            env=environment,
            cwd=self.machine.root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        reached = [line for line in done.stdout.splitlines() if line.startswith("@@ ")]
        said(f"{len(reached)} commands", *(line[3:] for line in reached))
        if done.returncode:
            raise SystemExit(f"FAILED at: {reached[-1][3:]}\n{done.stdout[-1500:]}\n{done.stderr[-3000:]}")

    def curl(self) -> dict[str, str]:
        """So that the handbook's address leads to this machine."""
        ports = self.machine.ports
        lines = [f'connect-to = "{NAME}:443:127.0.0.1:{ports["443"]}"', "insecure"]
        self.machine.path(".curlrc").write_text("\n".join(lines) + "\n")
        return {"CURL_HOME": str(self.machine.root)}

    def check(self, check: Callable[[Trial, World], str], people: World) -> None:
        """One promise, with its figure."""
        name = (check.__doc__ or "").splitlines()[0]
        try:
            print(f"ok     {name} {check(self, people)}", flush=True)
        except Wrong as wrong:
            self.wrong += 1
            print(f"WRONG  {name} {wrong}", flush=True)

    @contextmanager
    def visited(self, people: World, what: str) -> Iterator[None]:
        """Writers and readers at work meanwhile; none of their requests may fail, no post may be lost."""
        load = Load(people, WRITERS, pause=0.7)
        load.begin()
        time.sleep(2)
        try:
            yield
        finally:
            time.sleep(2)
            load.end()
        self.judge(what, load)

    def judge(self, what: str, load: Load) -> None:
        """Say what the visitors met."""
        try:
            print(f"ok     {what}: {unharmed(load)}", flush=True)
        except Wrong as wrong:
            self.wrong += 1
            print(f"WRONG  {what}: {wrong}", flush=True)


def unharmed(load: Load) -> str:
    """The figures of a load of which nothing may fail. Raises Wrong."""
    read, wrote = load.figures("read"), load.figures("write")
    lost, twice = load.lost()
    told = f"pages {read}, posts {wrote}, {len(load.acknowledged)} acknowledged, {lost} lost, {twice} twice"
    need(not (read["failed"] or wrote["failed"] or lost or twice) and wrote["asked"] > 0, told)
    return told


def need(so: bool, otherwise: str) -> None:
    """Raises Wrong where it is not so."""
    if not so:
        raise Wrong(otherwise)


def said(title: str, *lines: str) -> None:
    """A heading with what belongs to it."""
    print("\n".join([f"-- {title}", *(f"   {line}" for line in lines)]), flush=True)


# --- what the handbook promises ---


def front_door(trial: Trial, people: World) -> str:
    """http leads to https; the page is up, is marked as private where somebody is signed in, and healthy."""
    visitor = Visitor(trial.machine, NAME)
    page, health = visitor.get("/"), visitor.get("/healthz")
    need(page.status == 200 and "strict-transport-security" in page.headers, f"{page.status} {page.headers}")
    need(health.status == 200, f"{health.status} {health.text}")
    own = people.visitor(0).get(people.page)
    need(own.status == 200 and "no-store" in own.headers.get("cache-control", ""), str(own.headers))
    plain = Visitor(trial.machine, NAME, door=trial.machine.ports["80"]).get("/notices/?a=1")
    there = plain.headers.get("location", "")
    need(
        plain.status == 301 and there.startswith(f"https://{NAME}") and there.endswith("/notices/?a=1"), there
    )
    return health.text


def static_files(trial: Trial, people: World) -> str:
    """What pages load comes, and may be kept for long."""
    visitor = Visitor(trial.machine, NAME)
    named = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', visitor.get("/").text)))
    answers = [visitor.get(path) for path in named]
    need(bool(named) and all(answer.status == 200 for answer in answers), str(named))
    need(all("immutable" in answer.headers.get("cache-control", "") for answer in answers), "not kept")
    return f"({len(named)} files)"


def wrong_passwords(trial: Trial, people: World) -> str:
    """Wrong passwords count by account, whatever port or address a visitor claims; others get in."""
    victim, other = people.people[0]["login"], people.people[1]["login"]
    tries = []
    for at in range(8):
        liar = Visitor(trial.machine, f"{NAME}:{4000 + at}")
        claimed = {
            "X-Forwarded-For": f"198.51.100.{at}",
            "Origin": f"https://{NAME}",
            "Referer": f"https://{NAME}/",
        }
        tries.append(liar.sign_in(victim, f"wrong-{at}", **claimed))
    right = Visitor(trial.machine, f"{NAME}:4999").sign_in(victim, people.password, Origin=f"https://{NAME}")
    need(
        all(answer.status != 302 for answer in [*tries, right]), f"{[a.status for a in tries]} {right.status}"
    )
    need(Visitor(trial.machine, NAME).sign_in(other, people.password).status == 302, "nobody else gets in")
    return f"(8 tries {sorted({answer.status for answer in tries})}, then the right one {right.status})"


def without_address(trial: Trial, people: World) -> str:
    """A worker that is asked without the address of a visitor lets people sign in."""
    straight = Visitor(trial.machine, NAME, door=trial.machine.ports["8001"])
    secure = {"X-Forwarded-Proto": "https"}
    page = straight.get("/accounts/login/", **secure)
    answer = straight.sign_in(people.people[2]["login"], people.password, **secure)
    need((page.status, answer.status) == (200, 302), f"{page.status} {answer.status}")
    return ""


def sockets(trial: Trial, people: World) -> str:
    """A post is pushed through nginx to who reads; a page of another site gets no socket."""
    reader, mark = Socket(people, 3), f"m-{uuid.uuid4()}"
    other = Socket(people, 3, origin="https://elsewhere.example")
    need((reader.status, other.status) == (101, 403), f"{reader.status} {other.status}")
    begun = time.perf_counter()
    answer = people.say(people.visitor(4), mark, str(uuid.uuid4()))
    need(answer.status == 302, f"{answer.status} {answer.text[:300]}")
    need(mark.encode() in reader.until(mark.encode()), "it did not come")
    return f"({time.perf_counter() - begun:.2f} s)"


def large_uploads(trial: Trial, people: World) -> str:
    """More than 20 MB are refused in words; a little less reaches the portal."""
    statuses = []
    for size in (21, 19):
        visitor = people.visitor(5)
        body = b"x" * (size * 1024 * 1024)
        answer = visitor.ask(
            "POST",
            f"{people.page}posts/",
            body,
            {"Content-Type": "application/octet-stream", "Referer": f"https://{NAME}/"},
        )
        statuses.append(answer.status)
        need(size == 19 or "20 MB" in answer.text, answer.text[:200])
    need(statuses[0] == 413 and statuses[1] in {400, 403, 413}, str(statuses))
    return f"{statuses}"


def nobody_there(trial: Trial, people: World) -> str:
    """With no worker there is a page in both languages that says what to do."""
    for port in ("8001", "8003"):
        trial.supervisor.stop(f"portal-web@{trial.machine.ports[port]}.service")
    answer = Visitor(trial.machine, NAME).get("/")
    for port in ("8001", "8003"):
        trial.supervisor.start(f"portal-web@{trial.machine.ports[port]}.service")
    need(answer.status == 502 and "一分钟" in answer.text and "minute" in answer.text, answer.text[:200])
    need(
        servers.wait_until(lambda: Visitor(trial.machine, NAME).get("/healthz").status == 200, 60), "not back"
    )
    return ""


def private_files(trial: Trial, people: World) -> str:
    """Settings and keys are readable by their owner only."""
    modes = {
        name: trial.machine.path(name).stat().st_mode & 0o777 for name in ("etc/portal.env", "var/lib/portal")
    }
    need(modes == {"etc/portal.env": 0o600, "var/lib/portal": 0o700}, str(modes))
    return ""


def restart(trial: Trial, *how: str) -> None:
    """deploy/restart.sh of the version that is served. Raises Wrong where it gives up."""
    path = f"{trial.machine.path('bin')}:{os.environ['PATH']}"
    command = [str(trial.machine.code / "deploy/restart.sh"), *how]
    done = subprocess.run(command, env=bare(path), capture_output=True, text=True)
    need(done.returncode == 0, done.stdout + done.stderr)


def restarted_again_and_again(trial: Trial, people: World) -> str:
    """Both instances started anew and reloaded five times under ten writers: nothing fails, nothing is lost."""
    load = Load(people, WRITERS, pause=0.7)
    load.begin()
    try:
        for turn in range(RESTARTS):
            restart(trial, *(["reload"] if turn % 2 else []))
    finally:
        load.end()
    return unharmed(load)


CHECKS = [
    front_door,
    static_files,
    wrong_passwords,
    without_address,
    sockets,
    large_uploads,
    private_files,
    nobody_there,
]


if __name__ == "__main__":
    sys.exit(main())
