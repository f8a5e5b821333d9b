"""What the files of deploy/ say of each other. Whether they work: make try-deploy."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from deploy.local import manual, units, up
from deploy.local.machine import CHECKOUT, NAME, Machine

DEPLOY = CHECKOUT / "deploy"
HANDBOOK = (CHECKOUT / "docs/operations.md").read_text("utf-8")


def machine(root: Path) -> Machine:
    found = Machine(root)
    found.__dict__["ports"] = {"8001": 1, "8003": 3, "8002": 2, "5432": 5, "6379": 6, "80": 7, "443": 4}
    return found


def test_a_portal_that_is_not_well_is_not_welcomed(tmp_path: Path) -> None:
    house = machine(tmp_path)

    said = up.unwell(house)

    assert said.startswith("The portal is NOT well")
    assert str(house.path("var/log")) in said
    assert "Sign in" not in said
    assert "Sign in as chen" in up.welcome(house, demo=True)


def test_the_same_instances_are_started_restarted_and_asked() -> None:
    started = re.findall(r"portal-web@(\d+)", units.read(DEPLOY, "portal.target", str).entries["Wants"])
    restarted = re.findall(
        r"^one_after_the_other portal-web@(\d+)", (DEPLOY / "restart.sh").read_text(), re.M
    )
    block = (DEPLOY / "nginx.conf").read_text().partition("upstream portal_web")[2].partition("}")[0]

    assert started == restarted == re.findall(r"server 127.0.0.1:(\d+)", block) != []


def test_an_instance_listens_where_its_name_says_and_reloads_without_stopping() -> None:
    unit = units.read(DEPLOY, "portal-web@8003.service", str)

    assert unit.command[unit.command.index("--bind") + 1] == "127.0.0.1:8003"
    assert unit.entries["ExecReload"].endswith("-s HUP $MAINPID")
    assert "--preload" not in unit.command


def test_as_many_processes_are_told_of_as_are_started() -> None:
    target = units.read(DEPLOY, "portal.target", str)
    web = [units.read(DEPLOY, name, str) for name in target.wanted if name.startswith("portal-web")]
    workers = sum(int(unit.command[unit.command.index("--workers") + 1]) for unit in web)

    told = units.environment(DEPLOY / "portal.env.example")
    assert int(told["PORTAL_PROCESSES"]) == workers + 1
    assert told["PORTAL_EMAIL_FROM"] == f"邻里共治 <portal@{NAME}>"


def test_the_handbook_is_run_but_for_what_is_named() -> None:
    lines = manual.commands(HANDBOOK)

    assert len([line for line in lines if not line.why_not]) > 30
    assert {line.command.split()[0] for line in lines if line.why_not} <= {
        "apt-get",
        "editor",
        "useradd",
        "git",
        "certbot",
        "ln",
        "journalctl",
        "/opt/portal/deploy/manage",
    }


VALUES = r"""# a comment=1
; another=1
  PORTAL_SMS_URL=https://x/?a=1&b=2;c
PORTAL_A=$HOME `id` # kept
PORTAL_B="邻里 <p@x> \"q\" \$5 \x"
PORTAL_C='it is $5 \ "so"'
PORTAL_D=
PORTAL_E = not a name
PORTAL_F=a\\b\c
no line of ours
PORTAL_G=last"""


def test_manage_reads_the_settings_as_systemd_does(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / "portal.env").write_text(VALUES, "utf-8")
    text = (DEPLOY / "manage").read_text("utf-8").replace("/etc/portal.env", str(tmp_path / "portal.env"))
    # As root the script becomes somebody else, which a test cannot count on.
    programs = {
        "deploy/manage": text,
        ".venv/bin/python": "#!/bin/sh\nenv | grep ^PORTAL_ | sort\n",
        ".venv/bin/runuser": '#!/bin/sh\nshift 3\nexec "$@"\n',
    }
    for name, program in programs.items():
        (tmp_path / name).write_text(program, "utf-8")
        (tmp_path / name).chmod(0o700)

    path = f"{tmp_path}/.venv/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    told = subprocess.run(
        ["sh", tmp_path / "deploy/manage"], env={"PATH": path}, capture_output=True, check=True
    )

    assert told.stdout.decode().splitlines() == [
        "PORTAL_A=$HOME `id` # kept",
        r'PORTAL_B=邻里 <p@x> "q" $5 \x',
        r"PORTAL_C=it is $5 \ " + '"so"',
        "PORTAL_D=",
        r"PORTAL_F=a\bc",
        "PORTAL_G=last",
        "PORTAL_SMS_URL=https://x/?a=1&b=2;c",
    ]


def test_a_trial_touches_nothing_outside_its_directory(tmp_path: Path) -> None:
    script = manual.script(machine(tmp_path), manual.commands(HANDBOOK))
    done = [line for line in script.splitlines() if not line.startswith("echo '@@")]

    assert not [
        line
        for line in done
        if re.search(r"""(?<![\w.])/(opt|etc|var|srv|run)/""", line.replace(str(tmp_path), ""))
        and str(tmp_path) not in line
    ]
    assert (
        machine(tmp_path).rewrite("listen 443 ssl; 127.0.0.1:8001") == "listen 127.0.0.1:4 ssl; 127.0.0.1:1"
    )


def test_pages_of_nginx_are_in_both_languages_and_load_nothing() -> None:
    for page in sorted((DEPLOY / "pages").glob("*.html")):
        text = page.read_text("utf-8")
        assert 'lang="zh-Hans"' in text
        assert 'lang="en"' in text
        assert not re.search(r"(src|href)=|url\(", text)
