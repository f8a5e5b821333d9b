"""The commands of docs/operations.md, in order, as one script for this machine; what cannot run here is named."""

from __future__ import annotations

import re
from dataclasses import dataclass

from deploy.local.machine import Machine

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)
HEADING = re.compile(r"^#{2,3} (.*)$", re.M)
# What a trial leaves out, and why. The first that fits counts.
LEFT_OUT = {
    r"^apt-get ": "packages are looked for before, not installed",
    r"^useradd ": "everything of a trial runs as whoever started it",
    r"^editor ": "somebody fills it in; a trial writes a word in place of each CHANGE-ME",
    r"^git clone ": "this checkout is copied in its place",
    r"^certbot |^ln -sfn /etc/letsencrypt": "needs a public name",
    r"manage found$": "asks questions; tests/ plays it",
    r"^journalctl ": "the supervisor of the trial keeps files",
}


@dataclass(frozen=True)
class Line:
    """A command of the handbook. `why_not` where it is left out."""

    heading: str
    command: str
    why_not: str


def commands(text: str) -> list[Line]:
    """Every line of the handbook's shell blocks, under its heading."""
    found = []
    for block in BLOCK.finditer(text):
        heading = HEADING.findall(text, 0, block.start())[-1]
        found += [Line(heading, line, why_not(line)) for line in block[1].splitlines() if line.strip()]
    return found


def why_not(command: str) -> str:
    """Why a trial leaves a command out; an empty text where it runs."""
    return next((reason for kind, reason in LEFT_OUT.items() if re.search(kind, command)), "")


def script(machine: Machine, lines: list[Line]) -> str:
    """A bash script that names each command before it does it and stops at the first that fails."""
    written = ["set -euo pipefail"]
    for line in lines:
        written.append(f"echo {_quoted('@@ ' + line.command)}")
        written.append(machine.rewrite(_stand_in(machine, line)))
    return "\n".join(written) + "\n"


def _stand_in(machine: Machine, line: Line) -> str:
    """Instead of fetching a version: the copy that the trial laid out for it."""
    if line.command.startswith("git clone "):
        target = line.command.split()[-1]
        return f"test -d {target}"
    if line.command.startswith("editor "):
        return f"sed -i -e 's/CHANGE-ME/trial/g' {line.command.split()[-1]}"
    return ":" if line.why_not else line.command


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
