#!/bin/sh
# Start the portal's workers anew, one after the other: the next only when the one before answers well again.
#   deploy/restart.sh           after an upgrade, or after a change of /etc/portal.env
#   deploy/restart.sh reload    new workers of the same version and the same environment
# Exit 1 with the rest left as it was, where one does not come back.
set -eu

how=${1:-restart}
patience=90 # seconds
name=$(sed -n 's/^PORTAL_ORIGINS=["'\'']\{0,1\}https\{0,1\}:\/\/\([^ :"'\'']*\).*/\1/p' /etc/portal.env)
said=$(mktemp)
trap 'rm -f "$said"' EXIT

# What the workers on a port answer at /healthz: 200, 503, or 000 where nobody is there.
health() {
  curl -s -o "$said" -w '%{http_code}' --max-time 5 -H "Host: $name" "http://127.0.0.1:$1/healthz" || true
}

# What was wrong before (a mail server that is away, say) does not keep anybody from restarting.
one_after_the_other() {
  unit=$1 port=$2 wanted=200
  if [ "$(health "$port")" = 503 ]; then
    wanted=503
    echo "$unit is not well before: $(cat "$said")"
  fi
  systemctl "$how" "$unit"
  # The old workers answer until the new ones are there: time for these, before the next instance has its turn.
  if [ "$how" = reload ]; then sleep 5; fi
  waited=0
  while answer=$(health "$port"); [ "$answer" != 200 ] && [ "$answer" != "$wanted" ]; do
    waited=$((waited + 1))
    if [ "$waited" -ge "$patience" ]; then
      echo "$unit does not answer well ($answer): $(cat "$said")" >&2
      echo "Nothing else was touched. Its log: journalctl -u $unit" >&2
      exit 1
    fi
    sleep 1
  done
  echo "$unit: $answer"
}

one_after_the_other portal-web@8001.service 8001
one_after_the_other portal-web@8003.service 8003
# Sockets come back by themselves, and pages fetch what they missed meanwhile.
if [ "$how" = restart ]; then one_after_the_other portal-live.service 8002; fi
