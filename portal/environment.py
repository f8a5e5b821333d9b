"""What the environment tells the portal. What cannot be read is noted, and said all together by portal/checks.py.

A value that cannot be read is replaced by one that harms nobody, so that the others can be read as well; no server
starts with it, and no command that touches anything.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Problem:
    """Something that cannot be read: `code` of the check, what is wrong, what to write instead. No secrets in it."""

    code: str
    said: str
    hint: str


class Environment:
    """The variables of one process, and what was found wrong with them so far."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.problems: list[Problem] = []

    def text(self, name: str, default: str = "") -> str:
        """A variable as it stands; what is empty counts as not set."""
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
        return self._wrong("E012", f"{name} is “{said}”, which is no number that will do.", hint, default)

    def one_of(self, name: str, choices: tuple[str, ...], default: str, code: str) -> str:
        """One of several words."""
        said = self.text(name, default)
        if (found := {choice.lower(): choice for choice in choices}.get(said.lower())) is not None:
            return found
        known = ", ".join(choice for choice in choices if choice)
        return self._wrong(
            code, f"{name} is “{said}”, which is not known.", f"Write one of: {known}.", default
        )

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
            self._unwritable(name, path, "it belongs to somebody else")
        return path

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
            hint = f"Write for example smtp+tls://user:password@mail.example:587, or smtps:// or smtp://. {ESCAPES}"
            return self._wrong("E014", f"{name}: {error}", hint, email("memory:"))

    def database(self, name: str, default: str, pool: int) -> dict[str, Any]:
        """What Django needs for sqlite:/// or postgres://user:password@host:port/name."""
        nowhere = {"ENGINE": "django.db.backends.dummy"}
        try:
            read = database(self.text(name, default), pool)
        except ValueError as error:
            example = "postgres://portal:password@127.0.0.1:5432/portal"
            hint = f"Write for example {example}, or unset it for SQLite. {ESCAPES}"
            return self._wrong("E015", f"{name}: {error}", hint, nowhere)
        if read["ENGINE"].endswith("postgresql") and not (find_spec("psycopg") and find_spec("psycopg_pool")):
            return self._wrong(
                "E016",
                f"{name} names PostgreSQL, and the Python module psycopg is missing.",
                INSTALL,
                nowhere,
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
            return self._wrong("E019", f"{name} is no address of a Redis.", f"{hint} {ESCAPES}", "")
        if not (find_spec("redis") and find_spec("channels_redis")):
            return self._wrong(
                "E016", f"{name} names Redis, and a Python module for it is missing.", INSTALL, ""
            )
        return url

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
            )
        host = f"[{host}]" if ":" in host else host
        full = f"{scheme}://{host}" + (f":{port}" if port and port != DEFAULT_PORTS[scheme] else "")
        if said == full:
            return full
        return self._wrong(
            "E013", f"{name} holds “{_hushed(said)}”, which no browser would send.", f"Write {full}.", full
        )

    def _unwritable(self, name: str, path: Path, why: str) -> None:
        self._wrong(
            "E017",
            f"The portal cannot write into {path} ({name}): {why}.",
            f"Give it to the user that runs the portal (chown), or name another place in {name}.",
            None,
        )

    def _wrong(self, code: str, said: str, hint: str, instead: Value) -> Value:
        self.problems.append(Problem(f"portal.{code}", said, hint))
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
        raise ValueError("what stands after the host is no port.") from None


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
