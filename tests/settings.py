"""The portal's settings with a data directory of their own, so that tests never touch a running portal's."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

# Programs the tests start inherit the directory, and so do the workers of pytest-xdist.
if "PORTAL_TEST_DIR" not in os.environ:
    os.environ["PORTAL_TEST_DIR"] = tempfile.mkdtemp(prefix="portal-tests-")
    atexit.register(shutil.rmtree, os.environ["PORTAL_TEST_DIR"], ignore_errors=True)
os.environ["PORTAL_DATA_DIR"] = os.environ["PORTAL_TEST_DIR"]
os.environ["PORTAL_DATABASE_POOL"] = "0"
for name in (
    "PORTAL_DEBUG",
    "PORTAL_ORIGINS",
    "PORTAL_ALLOWED_HOSTS",
    "PORTAL_PROXIES",
    "PORTAL_PROCESSES",
    "PORT",
):
    os.environ.pop(name, None)

from portal.settings import *  # noqa: E402, F403
from portal.settings import (  # noqa: E402
    BASE_DIR,
    CACHES,
    CHANNEL_LAYERS,
    DATA_DIR,
    DATABASES,
    LOGGING,
    REDIS_URL,
    STORAGES,
)
from portal.translations import compile_stale  # noqa: E402

compile_stale(BASE_DIR / "locale")

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# A file, as in the embedded portal: a database in memory is shared by threads under other locking rules.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": f"{os.environ['PORTAL_TEST_DIR']}/test-{os.getpid()}.sqlite3"}
else:
    DATABASES["default"]["TEST"] = {"NAME": f"test_portal_{os.getpid()}"}
DATABASES["default"]["CONN_MAX_AGE"] = 0
if REDIS_URL:
    # Clearing a cache empties its Redis database, so each worker has one of the sixteen.
    number = int(WORKER.removeprefix("gw") or 0) + 1
    CACHES["default"]["LOCATION"] = f"{REDIS_URL.rsplit('/', 1)[0]}/{number}"
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = f"tests-{os.getpid()}"

# Workers do not see each other's keys of ballot boxes.
KEYS_DIR = DATA_DIR / f"keys-{WORKER}"
# Staff of the tests sign in without a second factor, but for those that test it.
STAFF_SECOND_FACTOR = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
LOGGING["root"]["level"] = "WARNING"
