"""Whether the database and Redis answer, and in words why they do not. Passwords are never said."""

from __future__ import annotations

import re
from typing import NamedTuple

import redis
from django.conf import settings
from django.db import connection

from portal.environment import ESCAPES

SECONDS = 3
CREATE = "Make it, owned by the portal's user: createdb -O USER NAME (docs/operations.md)."
RETYPE = (
    f"Correct user and password in PORTAL_DATABASE_URL, postgres://user:password@host:port/name. {ESCAPES}"
)
# What PostgreSQL and its client say where waiting will not help; what is wrong, and what to do.
WRONG = (
    (
        r"password authentication failed|no password supplied",
        "The database does not take the password.",
        RETYPE,
    ),
    (r"role .* does not exist", "The database does not know the portal's user.", RETYPE),
    (r"authentication failed|no pg_hba\.conf entry", "The database does not let the portal in.", RETYPE),
    (r"database .* does not exist", "There is no database of the name in PORTAL_DATABASE_URL.", CREATE),
    (
        r"resolve host|translate host name|Name or service not known",
        "The database's host is not known.",
        f"Correct the host in PORTAL_DATABASE_URL. {ESCAPES}",
    ),
)


class Absent(NamedTuple):
    """What does not answer, in words. `passes`: whether it may begin to by itself."""

    said: str
    hint: str
    passes: bool


def database() -> Absent | None:
    """Why the database cannot be used; None where it answers, or is a file."""
    if connection.vendor != "postgresql":
        return None
    # A portal on SQLite needs no driver.
    import psycopg  # noqa: PLC0415

    told = settings.DATABASES["default"]
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    asked = {name: told[ours] for name, ours in named.items() if told.get(ours)}
    try:
        psycopg.connect(**asked, connect_timeout=SECONDS).close()
    except psycopg.Error as error:
        return database_words(str(error))
    return None


def database_words(error: str) -> Absent:
    """What an error of connecting to PostgreSQL means."""
    for pattern, said, hint in WRONG:
        if re.search(pattern, error):
            return Absent(said, hint, passes=False)
    first = error.strip().splitlines()[0] if error.strip() else "no answer"
    return Absent(
        f"The database does not answer ({first.rstrip('.')}).",
        "Start PostgreSQL, or correct host and port in PORTAL_DATABASE_URL.",
        passes=True,
    )


def shared_memory() -> Absent | None:
    """Why Redis cannot be used; None where it answers, or none is named."""
    if not settings.REDIS_URL:
        return None
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as server:
            server.ping()
    except redis.AuthenticationError:
        return Absent("Redis does not take the password.", "Correct it in PORTAL_REDIS_URL.", passes=True)
    except redis.RedisError as error:
        return Absent(
            f"Redis does not answer ({str(error).rstrip('.')}). Until it does, each process counts sign-ins for "
            "itself, and open discussions look for news every few seconds.",
            "Start Redis, or correct PORTAL_REDIS_URL.",
            passes=True,
        )
    return None
