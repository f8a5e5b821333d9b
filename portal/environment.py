"""What the environment tells the portal. What cannot be read is noted, and said all together by portal/checks.py.

A value that cannot be read is replaced by one that harms nobody, so that the others can be read as well; no server
starts with it, and no command that touches anything.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import dj_database_url

# BEGIN IMMEDIATE lets writers wait their turn; a transaction that turns into a writer later fails at once.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 10,
    "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000; "
    # What is emptied or deleted is overwritten in the file: opened envelopes, ended sessions.
    "PRAGMA secure_delete = ON;",
}
Value = TypeVar("Value")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
MAIL = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
POSTGRES = {"postgres", "postgresql", "pgsql"}
DEFAULT_PORTS = {"http": 80, "https": 443}
ESCAPES = "In a password write / as %2F, # as %23, ? as %3F, @ as %40 and % as %25."
INSTALL = "Run `make setup`, which installs what runs the portal."
OURS = "PORTAL_"
# What stands in deploy/portal.env.example where a secret of one's own belongs.
PLACEHOLDER = "CHANGE-ME"
ON, OFF = ("yes", "1", "true", "on"), ("no", "0", "false", "off")
# Read by the tests and by deploy/, and not by Environment.
READ_ELSEWHERE = frozenset(
    {
        "PORTAL_CERTIFICATES",
        "PORTAL_LOCAL_DEMO",
        "PORTAL_LOCAL_DIR",
        "PORTAL_TEST_CLOCK",
        "PORTAL_TEST_DIR",
        "PORTAL_TEST_EXAMPLES",
        "PORTAL_TEST_SEED",
    }
)


@dataclass(frozen=True)
class Problem:
    """Something that cannot be read: `code` of the check, what is wrong, what to write instead. No secrets in it.

    `name`: the variable, so that nothing is said of what stands in its place.
    """

    code: str
    said: str
    hint: str
    name: str = field(default="", compare=False)


class Environment:
    """The variables of one process, and what was found wrong with them so far."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.problems: list[Problem] = []
        self.asked: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        """A variable as it stands; what is empty counts as not set."""
        self.asked.add(name)
        return self.variables.get(name, "").strip() or default

    def words(self, name: str, default: str = "") -> list[str]:
        """Words separated by spaces or commas."""
        return self.text(name, default).replace(",", " ").split()

    def number(self, name: str, default: int, *, least: int = 0, most: int) -> int:
        """A whole number within bounds."""
        said = self.text(name, str(default))
        if said.isascii() and said.isdigit() and least <= int(said) <= most:
            return int(said)
        hint = f"Write a whole number from {least} to {most}, or unset it for {default}."
        return self._wrong(
            "E012", f"{name} is “{said}”, which is no number that will do.", hint, default, name
        )

    def one_of(self, name: str, choices: tuple[str, ...], default: str, code: str) -> str:
        """One of several words."""
        said = self.text(name, default)
        if (found := {choice.lower(): choice for choice in choices}.get(said.lower())) is not None:
            return found
        known = ", ".join(choice for choice in choices if choice)
        return self._wrong(
            code, f"{name} is “{said}”, which is not known.", f"Write one of: {known}.", default, name
        )

    def switch(self, name: str, *, default: bool) -> bool:
        """On or off."""
        return self.one_of(name, ON + OFF, "yes" if default else "no", "E018") in ON

    def origins(self, name: str, default: str) -> list[str]:
        """Full addresses as browsers write them: a scheme, a host, another port than the usual one."""
        read = [self._origin(name, one) for one in self.words(name, default)]
        return [origin for origin in read if origin] or default.split()

    def hosts(self, name: str) -> list[str]:
        """Names of hosts, without scheme and path."""
        named = self.words(name)
        for host in named:
            if "/" in host:
                self._wrong(
                    "E013",
                    f"{name} holds “{host}”, which is an address and no host.",
                    f"Write the host's name alone, for example {urlsplit(host).hostname or 'portal.example'}.",
                    None,
                    name,
                )
        return [host for host in named if "/" not in host]

    def directory(self, name: str, default: Path) -> Path:
        """A directory that the portal may write into; made where it is missing, closed to others."""
        path = Path(self.text(name) or default).resolve()
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            self._unwritable(name, path, error.strerror or "it cannot be made")
            return default
        if not os.access(path, os.W_OK | os.X_OK):
            self._unwritable(name, path, "it belongs to somebody else, or may only be read")
        return path

    def whole_directory(self, name: str, default: Path) -> Path:
        """A directory like the one above whose path must not depend on where a command is started.

        The default is not made: it lies in a directory that is looked at already.
        """
        said = self.text(name)
        if not said:
            return default
        if not Path(said).is_absolute():
            return self._wrong(
                "E017",
                f"{name} is “{said}”, which is another place for each directory the portal is started in.",
                f"Write the whole path, for example {Path(said).resolve()}.",
                default,
                name,
            )
        return self.directory(name, default)

    def secret_key(self, name: str, data_dir: Path) -> str:
        """The key that is told, or the one of this data directory, made on the first run."""
        if said := self.text(name):
            return said
        try:
            return _kept_key(data_dir / "secret-key")
        except OSError as error:
            # The directory itself was complained about already.
            if os.access(data_dir, os.W_OK | os.X_OK):
                self._unwritable(name, data_dir / "secret-key", error.strerror or "it cannot be read")
            return secrets.token_urlsafe(64)

    def email(self, name: str, default: str = "console:") -> dict[str, Any]:
        """What Django needs for console:, memory:, smtp://, smtp+tls:// or smtps://user:password@host:port."""
        try:
            return email(self.text(name, default))
        except ValueError as error:
            hint = f"{ESCAPES} Write for example smtp+tls://user:password@mail.example:587, or smtps:// or smtp://."
            return self._wrong("E014", f"{name}: {error}", hint, email("memory:"), name)

    def database(self, name: str, default: str, pool: int) -> dict[str, Any]:
        """What Django needs for sqlite:/// or postgres://user:password@host:port/name."""
        nowhere = {"ENGINE": "django.db.backends.dummy"}
        try:
            read = database(self.text(name, default), pool)
        except ValueError as error:
            example = "postgres://portal:password@127.0.0.1:5432/portal"
            hint = f"{ESCAPES} Write for example {example}, or unset it for SQLite."
            return self._wrong("E015", f"{name}: {error}", hint, nowhere, name)
        if read["ENGINE"].endswith("postgresql") and not (find_spec("psycopg") and find_spec("psycopg_pool")):
            return self._wrong(
                "E016",
                f"{name} names PostgreSQL, and the Python module psycopg is missing.",
                INSTALL,
                nowhere,
                name,
            )
        return read

    def redis(self, name: str) -> str:
        """The address of Redis; empty without one."""
        url = self.text(name)
        if not url:
            return ""
        hint = "Write for example redis://127.0.0.1:6379/0, or unset it where a single process serves people."
        try:
            parts = urlsplit(url)
            known = parts.scheme in {"redis", "rediss"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            known = False
        if not known and not url.startswith("unix:///"):
            return self._wrong("E019", f"{name} is no address of a Redis.", f"{ESCAPES} {hint}", "", name)
        if not (find_spec("redis") and find_spec("channels_redis")):
            return self._wrong(
                "E016", f"{name} names Redis, and a Python module for it is missing.", INSTALL, "", name
            )
        return url

    def look_for_placeholders(self) -> None:
        """What was copied from deploy/portal.env.example and never filled in."""
        for name in sorted(self.variables):
            if name.startswith(OURS) and PLACEHOLDER in self.variables[name]:
                self._wrong(
                    "E024",
                    f"{name} still holds {PLACEHOLDER}, as in deploy/portal.env.example.",
                    "Write your own in its place, or unset it.",
                    None,
                    name,
                )

    def unknown(self) -> dict[str, str]:
        """Variables of our kind that nobody asked for, each with the nearest name that somebody did, or ""."""
        known = self.asked | READ_ELSEWHERE
        unread = sorted(name for name in self.variables if name.startswith(OURS) and name not in known)
        # Compared without what all of them begin with, which would make any two alike.
        ends = sorted(name.removeprefix(OURS) for name in self.asked)
        nearest = {name: get_close_matches(name.removeprefix(OURS), ends, n=1) for name in unread}
        return {name: OURS + near[0] if near else "" for name, near in nearest.items()}

    def _origin(self, name: str, said: str) -> str:
        try:
            parts = urlsplit(said)
            scheme, host, port = parts.scheme, parts.hostname, parts.port
        except ValueError:
            scheme, host, port = "", None, None
        if scheme not in DEFAULT_PORTS or not host:
            return self._wrong(
                "E013",
                f"{name} holds “{said}”, which is no full address.",
                "Write scheme and host, for example https://portal.example.",
                "",
                name,
            )
        host = f"[{host}]" if ":" in host else host
        full = f"{scheme}://{host}" + (f":{port}" if port and port != DEFAULT_PORTS[scheme] else "")
        if said == full:
            return full
        return self._wrong(
            "E013",
            f"{name} holds “{_hushed(said)}”, which no browser would send.",
            f"Write {full}.",
            full,
            name,
        )

    def _unwritable(self, name: str, path: Path, why: str) -> None:
        self._wrong(
            "E017",
            f"The portal cannot write into {path} ({name}): {why}.",
            f"Give it to the user that runs the portal (chown), or name another place in {name}.",
            None,
            name,
        )

    def _wrong(self, code: str, said: str, hint: str, instead: Value, name: str) -> Value:
        self.problems.append(Problem(f"portal.{code}", said, hint, name))
        return instead


def email(url: str) -> dict[str, Any]:
    """Django's settings for a mail address of the environment. Raises ValueError with what is wrong, in words."""
    scheme = url.partition(":")[0]
    if scheme in {"console", "memory"}:
        backend = {"console": "console", "memory": "locmem"}[scheme]
        return {"EMAIL_BACKEND": f"django.core.mail.backends.{backend}.EmailBackend"}
    if scheme not in MAIL:
        raise ValueError(f"“{scheme}” is no way to send mail.")
    parts = urlsplit(url)
    port = _port(url)
    if not parts.hostname:
        raise ValueError("it names no mail server.")
    return {
        "EMAIL_BACKEND": "portal.kit.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or MAIL[scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": scheme == "smtps",
        "EMAIL_USE_TLS": scheme == "smtp+tls",
        "EMAIL_TIMEOUT": 10,
    }


def database(url: str, pool: int) -> dict[str, Any]:
    """SQLite whose writers queue instead of failing, or PostgreSQL with a pool or kept connections.

    Raises ValueError with what is wrong, in words.
    """
    scheme = url.partition(":")[0]
    if scheme not in POSTGRES | {"sqlite"}:
        raise ValueError(f"“{scheme}” is no database the portal runs on.")
    _port(url)
    config: dict[str, Any] = dict(dj_database_url.parse(url))
    if not config["NAME"]:
        raise ValueError("it names no database.")
    if scheme == "sqlite":
        return config | {"ENGINE": "portal.sqlite3", "CONN_MAX_AGE": None, "OPTIONS": SQLITE_OPTIONS}
    options = config.get("OPTIONS", {}) | {"connect_timeout": 3}
    if pool:
        # Whoever waits tries anew after five seconds, however long the database was away.
        options["pool"] = {"max_size": pool, "timeout": 5, "reconnect_timeout": 5}
        return config | {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}
    return config | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}


def _port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        raise ValueError(
            "a sign in the password has to be written otherwise, or what stands after the host is no port."
        ) from None


def _kept_key(path: Path) -> str:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()


def _hushed(said: str) -> str:
    return said.rsplit("@", 1)[-1]
