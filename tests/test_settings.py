from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from portal.environment import READ_ELSEWHERE, database, email

ROOT: Path = settings.BASE_DIR
NAME = re.compile(r"\b(?:PORTAL_[A-Z_]+|PORT)\b")


def read(**environment: str) -> dict[str, str]:
    """What the settings are in a process with only these variables."""
    program = (
        "import json, django.conf; s = django.conf.settings;"
        "print(json.dumps({name: str(getattr(s, name)) for name in dir(s) if name.isupper()}))"
    )
    kept = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "portal.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


def test_the_documented_settings_are_those_that_are_read() -> None:
    read_here = set(
        re.findall(r"[\"'](PORTAL_[A-Z_]+|PORT)[\"']", (ROOT / "portal/settings.py").read_text("utf-8"))
    )
    table = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/operations.md").read_text("utf-8"), re.M)

    assert sorted(table) == sorted(read_here)


def test_every_name_that_anything_reads_is_known_to_the_check() -> None:
    """A name read by tests, bench or deploy would be called a misspelling."""
    files = [ROOT / "Makefile", ROOT / "deploy/compose.yaml", ROOT / "manage.py", *ROOT.glob("tests/*.sh")]
    files += [
        path for place in ("tests", "bench", "deploy", "portal") for path in (ROOT / place).rglob("*.py")
    ]
    reading = re.compile(r"(?:environ(?:\.get\(|\.setdefault\(|\[)[\"']|\$\{?)(PORTAL_[A-Z_]+)")
    read_anywhere = {name for path in files for name in reading.findall(path.read_text("utf-8"))}
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/operations.md").read_text("utf-8"), re.M))

    assert READ_ELSEWHERE & table == set()
    assert read_anywhere - table - READ_ELSEWHERE == set()
    assert READ_ELSEWHERE - read_anywhere <= {"PORTAL_LOCAL_DEMO"}


@pytest.mark.parametrize("file", ["deploy/portal.env.example", "deploy/compose.yaml"])
def test_deployments_use_documented_settings_only(file: str) -> None:
    documented = set(NAME.findall((ROOT / "docs/operations.md").read_text("utf-8"))) | {"PORTAL_CERTIFICATES"}

    assert set(NAME.findall((ROOT / file).read_text("utf-8"))) - documented == set()


def test_the_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    first = read(PORTAL_DATA_DIR=str(tmp_path))["SECRET_KEY"]
    second = read(PORTAL_DATA_DIR=str(tmp_path))["SECRET_KEY"]

    assert first == second
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_another_port_is_another_origin(tmp_path: Path) -> None:
    found = read(PORTAL_DATA_DIR=str(tmp_path), PORT="8123")

    assert found["ORIGINS"] == "['http://127.0.0.1:8123', 'http://localhost:8123']"
    assert found["ALLOWED_HOSTS"] == "['127.0.0.1', 'localhost']"


def test_https_makes_cookies_secure(tmp_path: Path) -> None:
    plain = read(PORTAL_DATA_DIR=str(tmp_path))
    public = read(PORTAL_DATA_DIR=str(tmp_path), PORTAL_ORIGINS="https://portal.example")
    asked = read(
        PORTAL_DATA_DIR=str(tmp_path), PORTAL_ORIGINS="https://portal.example", PORTAL_HSTS="subdomains"
    )

    assert (plain["SESSION_COOKIE_NAME"], plain["SESSION_COOKIE_SECURE"]) == ("session", "False")
    assert (public["SESSION_COOKIE_NAME"], public["SESSION_COOKIE_SECURE"]) == ("__Host-session", "True")
    hsts = ("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD")
    assert [public[name] for name in hsts] == ["31536000", "False", "False"]
    assert [asked[name] for name in hsts] == ["31536000", "True", "False"]
    assert (public["CSRF_COOKIE_NAME"], public["CSRF_COOKIE_SECURE"]) == ("__Host-csrf", "True")


def test_sqlite_gets_what_lets_writers_queue() -> None:
    options = database("sqlite:////tmp/portal.sqlite3", 10)["OPTIONS"]

    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode = WAL" in options["init_command"]


def test_postgresql_has_a_pool_or_keeps_connections() -> None:
    pooled, kept = (database("postgres://portal:secret@127.0.0.1:5432/portal", pool) for pool in (7, 0))

    assert (pooled["CONN_MAX_AGE"], pooled["OPTIONS"]["pool"]["max_size"]) == (0, 7)
    assert (kept["CONN_MAX_AGE"], "pool" in kept["OPTIONS"]) == (600, False)
    # After a restart of the server a connection is tried before a page gets it.
    assert (pooled["CONN_HEALTH_CHECKS"], kept["CONN_HEALTH_CHECKS"]) == (True, True)


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "ssl", "tls"),
    [
        ("smtp://mail.example", "mail.example", 25, "", False, False),
        ("smtp+tls://me%40here:p%2Fw@mail.example", "mail.example", 587, "me@here", False, True),
        ("smtps://me:pw@mail.example:4650", "mail.example", 4650, "me", True, False),
    ],
)
def test_mail_is_one_address(url: str, host: str, port: int, user: str, ssl: bool, tls: bool) -> None:
    found = email(url)

    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_HOST_USER"]) == (host, port, user)
    assert (found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (ssl, tls)


def test_nginx_takes_as_much_as_the_portal_and_sets_the_address_itself() -> None:
    lines = [" ".join(line.split()) for line in (ROOT / "deploy/nginx.conf").read_text().splitlines()]

    assert f"client_max_body_size {settings.UPLOAD_MAX_BYTES // 1024**2}m;" in lines
    assert "proxy_set_header Host $host;" in lines
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in lines
