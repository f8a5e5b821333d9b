"""From the first application or ballot on the rules of a call stand: by its service, and by the database."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.funds.calls import events
from portal.funds.models import Call
from portal.funds.models.constraints import RULES
from portal.kit import clock
from portal.kit.errors import NotPossible

FORMAT = "portal-fund-rules/1"
# How much of the fingerprint people compare.
SHORT = 16
_ROWS = {
    "criteria": ("key", "label", "help", "weight"),
    "plan": ("order", "percent", "due"),
    "cost_classes": ("key", "label", "forbidden", "why", "most_percent"),
}


@transaction.atomic
def freeze(call: Call) -> Call:
    """Let the rules stand from now on, and write their fingerprint into the record; a second time changes nothing.

    Under the lock of the call. `call` itself is brought up to date and returned.
    """
    held = Call.objects.select_for_update(of=("self",)).select_related("fund__neighbourhood").get(pk=call.pk)
    if held.frozen_at is None:
        held.frozen_at, held.fingerprint = clock.now(), fingerprint_of(held)
        held.save(update_fields=["frozen_at", "fingerprint"])
        for rows in (held.criteria, held.plan, held.cost_classes):
            rows.update(stands=True)
        log(events.CALL_FROZEN, held, data={"short": held.fingerprint[:SHORT], "sha256": held.fingerprint})
    call.frozen_at, call.fingerprint = held.frozen_at, held.fingerprint
    return call


def require_writable(call: Call) -> None:
    """Refuse to change rules that stand: NotPossible."""
    if call.frozen_at is not None:
        raise NotPossible(
            _("Somebody has handed in or voted by these rules. They do not change any more in this round.")
        )


def rules_of(call: Call) -> dict[str, Any]:
    """Everything of a call that decides, as plain data: what the fingerprint is over, and what can be published."""
    rows = {name: list(getattr(call, name).values(*fields)) for name, fields in _ROWS.items()}
    return {"format": FORMAT, "call": call.pk} | {one: _plain(getattr(call, one)) for one in RULES} | rows


def fingerprint_of(call: Call) -> str:
    """SHA-256 over the rules in one way of writing them, in hexadecimal."""
    text = json.dumps(rules_of(call), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def still_stands(call: Call) -> bool:
    """Whether a frozen call says today what its fingerprint says; one that is not frozen has nothing to hold."""
    return call.frozen_at is None or call.fingerprint == fingerprint_of(call)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
