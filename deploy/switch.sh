#!/bin/sh
# Let the services run the code in a directory, from now on: forward to a new version, or back to the one before.
#   /opt/portal-VERSION/deploy/switch.sh
set -eu
code=$(readlink -f "$(dirname "$0")/..")
before=$(readlink -f /opt/portal || true)
# One rename: there is no moment without /opt/portal.
ln -sfn "$code" /opt/portal.next
mv -T /opt/portal.next /opt/portal
cp "$code"/deploy/*.service "$code"/deploy/*.timer "$code"/deploy/*.target /etc/systemd/system/
systemctl daemon-reload
if "$code/deploy/restart.sh"; then
  echo "/opt/portal is $code now; back again: $before/deploy/switch.sh"
else
  echo "Back to the version before: $before/deploy/switch.sh" >&2
  exit 1
fi
