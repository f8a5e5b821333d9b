# The portal's commands, on any machine with Python 3.11 or newer and make.
# The one that came with the system is trained before it is packed: the tests take an eighth less of it than of one that
# pyenv has made from source without --enable-optimizations. Another: make PYTHON=/path/to/python3.11
PYTHON ?= $(shell /usr/bin/python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo /usr/bin/python3 || echo python3)
VENV := .venv
PY := $(VENV)/bin/python
INSTALL = $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes
ARGS ?=

.PHONY: run setup setup-tests server test test-services lint bench up-local try-deploy outages
.DEFAULT_GOAL := run

# Serve on 127.0.0.1:$PORT (8000); the first run makes the tables and loads the demo neighbourhood.
run: setup
	@exec $(PY) manage.py serve

# What runs, and with tests what tests besides. A stamp holds the lock it was made from: nothing is installed twice,
# and a changed lock is.
setup:
	@cmp -s requirements.lock $(VENV)/installed.lock || $(MAKE) --no-print-directory $(VENV)/installed.lock

setup-tests: setup
	@cmp -s requirements-test.lock $(VENV)/installed-test.lock || $(MAKE) --no-print-directory $(VENV)/installed-test.lock

# What a server needs of a version: what is installed, and the translations compiled.
server: setup
	@$(PY) -c 'from pathlib import Path; from portal.translations import compile_stale; compile_stale(Path("locale"))'

.PHONY: $(VENV)/installed.lock $(VENV)/installed-test.lock
$(VENV)/installed.lock:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "The portal needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	@test -x $(PY) || $(PYTHON) -m venv $(VENV) || true
	@$(PY) -m pip --version >/dev/null 2>&1 || { echo "$(VENV) has no pip, so nothing can be installed into it: Python's own module venv is not whole here. Install it (on Debian: apt-get install python3-venv), remove $(VENV) and run make again." >&2; exit 1; }
	@echo "Installing the locked dependencies into $(VENV); this takes a minute, once."
	@$(INSTALL) -r requirements.lock
	@cp requirements.lock $@

$(VENV)/installed-test.lock:
	@echo "Installing what tests the portal into $(VENV), once."
	@$(INSTALL) -r requirements.lock -r requirements-test.lock
	@cp requirements-test.lock $@

# The whole suite on the embedded default. ARGS="tests/voting -x" runs a part. What was compiled is kept for the workers
# and for the programs that the tests start, whatever the computer says: else each of these compiles the whole portal.
test: setup-tests
	@env -u PYTHONDONTWRITEBYTECODE -u PORTAL_DATABASE_URL -u PORTAL_REDIS_URL $(PY) -m pytest -n 2 $(ARGS)

# The same on PostgreSQL and Redis: those named in the environment, else its own for the length of the run.
# The journeys in the browser bring their own server and are not repeated, nor is what reads no table.
test-services: setup-tests
	@env -u PYTHONDONTWRITEBYTECODE tests/services.sh $(PY) -m pytest -n 2 -m "not browser and not slow" $(ARGS)

lint: setup-tests
	@tests/lint.sh $(PY)

# Every benchmark, or one: make bench NAME=tally
bench: setup-tests
	@$(PY) -m bench.run $(NAME)

# The grown-up set-up from Debian's packages on this computer, in PORTAL_LOCAL_DIR (var/local), until Ctrl+C; with the
# demo, or PORTAL_LOCAL_DEMO=no.
up-local: setup
	@exec $(PY) -m deploy.local.up

# docs/operations.md command by command against deploy/, in a directory that is thrown away.
try-deploy: setup-tests
	@$(PY) -m deploy.local.try_deploy

# Redis, PostgreSQL, the mail server, the disk and the workers taken away, each for OUTAGE_SECONDS (60).
outages: setup-tests
	@$(PY) -m deploy.local.outages $(NAME)
