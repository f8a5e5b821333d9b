#!/usr/bin/env bash
# Every check of make lint, all of them even when one fails; exit 1 if any did.
#   tests/lint.sh PYTHON
set -uo pipefail

python=$1
tools=$(dirname "$python")
failed=()

# Nothing is kept: the checks read settings, and those want a data directory.
PORTAL_DATA_DIR=$(mktemp -d -t portal-lint-XXXXXX)
export PORTAL_DATA_DIR
trap 'rm -rf "$PORTAL_DATA_DIR" "$PORTAL_DATA_DIR-keys"' EXIT

check() {
  local name=$1
  shift
  echo "-- $name"
  "$@" || failed+=("$name")
}

# As an installation for the public is set up (docs/operations.md).
as_public() {
  env PORTAL_ORIGINS=https://portal.example PORTAL_EMAIL_URL=smtp://127.0.0.1 PORTAL_SMS_BACKEND=portal.kit.sms.none \
    PORTAL_EMAIL_FROM=portal@portal.example PORTAL_PROXIES=1 PORTAL_KEYS_DIR="$PORTAL_DATA_DIR-keys" PORTAL_DEBUG= "$@"
}

check "formatter" "$tools/ruff" format --check .
check "linter" "$tools/ruff" check .
check "types" "$tools/mypy"
check "import contracts" "$tools/lint-imports"
check "translations" "$python" manage.py compile_translations --check
check "missing migrations" "$python" manage.py makemigrations --check --dry-run
check "deployment" as_public "$python" manage.py check --deploy --fail-level WARNING

if [ ${#failed[@]} -gt 0 ]; then
  printf 'Failed: %s\n' "${failed[@]}"
  exit 1
fi
