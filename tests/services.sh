#!/usr/bin/env bash
# Run a command with PostgreSQL and Redis: those named by PORTAL_DATABASE_URL and PORTAL_REDIS_URL, else a pair of
# throw-away servers on free ports of this computer, stopped when the command ends.
#   tests/services.sh COMMAND [ARGUMENT ...]
set -euo pipefail

work=$(mktemp -d -t portal-services-XXXXXX)
postgres_running="" redis_pid=""

# PostgreSQL refuses to run as root; Debian's package brings the user postgres.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

stop() {
  if [ -n "$postgres_running" ]; then
    as_postgres "$bin/pg_ctl" -D "$work/postgres" -m immediate -w stop >/dev/null || true
  fi
  if [ -n "$redis_pid" ]; then kill "$redis_pid" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

find_postgres() {
  for bin in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) $(dirname "$(command -v initdb || echo /none/x)"); do
    if [ -x "$bin/initdb" ]; then return; fi
  done
  echo "PostgreSQL is not installed: install it, or name a running one in PORTAL_DATABASE_URL." >&2
  exit 1
}

start_postgres() {
  find_postgres
  port=$(free_port)
  mkdir "$work/postgres"
  chmod 711 "$work"
  if [ "$(id -u)" = 0 ]; then chown postgres "$work/postgres"; fi
  as_postgres "$bin/initdb" -D "$work/postgres" -A trust -U portal -E UTF8 --locale=C.UTF-8 -N >/dev/null
  # Nothing here has to survive a power cut.
  as_postgres "$bin/pg_ctl" -D "$work/postgres" -l "$work/postgres/log" -w -o \
    "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200 -c jit=off \
     -c fsync=off -c synchronous_commit=off -c full_page_writes=off" start >/dev/null
  postgres_running=yes
  export PORTAL_DATABASE_URL="postgres://portal@127.0.0.1:$port/postgres"
}

start_redis() {
  if ! command -v redis-server >/dev/null; then
    echo "Redis is not installed: install it, or name a running one in PORTAL_REDIS_URL." >&2
    exit 1
  fi
  port=$(free_port)
  redis-server --port "$port" --bind 127.0.0.1 --save "" --appendonly no --dir "$work" >/dev/null &
  redis_pid=$!
  export PORTAL_REDIS_URL="redis://127.0.0.1:$port/0"
  for _ in $(seq 50); do
    if redis-cli -p "$port" ping >/dev/null 2>&1; then return; fi
    sleep 0.1
  done
  echo "Redis did not start." >&2
  exit 1
}

if [ -z "${PORTAL_DATABASE_URL:-}" ]; then start_postgres; fi
if [ -z "${PORTAL_REDIS_URL:-}" ]; then start_redis; fi
"$@"
