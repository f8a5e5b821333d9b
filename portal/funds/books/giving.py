"""What was given, as the field names of the 360Giving standard say it, so that others can compare funds.

The standard asks for a registered prefix in front of identifiers; without one our own numbers stand as they are.
Amounts in yuan with two places. Nobody's name is in it: a group stands as the recipient.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Max, Min

from portal.funds.models import Fund, Grant
from portal.kit import clock
from portal.kit.sheets import BOM, csv_row
from portal.ledger.selectors import plain_yuan

CURRENCY = "CNY"
# The titles of the standard's table, with the way to the same value among its fields.
COLUMNS: tuple[tuple[str, tuple[str | int, ...]], ...] = (
    ("Identifier", ("id",)),
    ("Title", ("title",)),
    ("Description", ("description",)),
    ("Currency", ("currency",)),
    ("Amount Applied For", ("amountAppliedFor",)),
    ("Amount Awarded", ("amountAwarded",)),
    ("Amount Disbursed", ("amountDisbursed",)),
    ("Award Date", ("awardDate",)),
    ("Planned Dates:Start Date", ("plannedDates", 0, "startDate")),
    ("Planned Dates:End Date", ("plannedDates", 0, "endDate")),
    ("Recipient Org:Identifier", ("recipientOrganization", 0, "id")),
    ("Recipient Org:Name", ("recipientOrganization", 0, "name")),
    ("Funding Org:Identifier", ("fundingOrganization", 0, "id")),
    ("Funding Org:Name", ("fundingOrganization", 0, "name")),
    ("Grant Programme:Code", ("grantProgramme", 0, "code")),
    ("Grant Programme:Title", ("grantProgramme", 0, "title")),
    ("Last modified", ("dateModified",)),
)


def grants(fund: Fund) -> Iterator[dict[str, Any]]:
    """Every grant of a fund by the standard's names, the oldest first; two queries however many there are."""
    found = (
        Grant.objects.filter(application__call__fund=fund)
        .select_related("application__call")
        .annotate(
            begins=Min("application__activities__begins_on"), ends=Max("application__activities__ends_on")
        )
        .order_by("pk")
    )
    for grant in found.iterator(chunk_size=500):
        yield _said(fund, grant)


def as_json(fund: Fund) -> Iterator[str]:
    """A file of the standard, a grant at a time."""
    yield '{"grants": ['
    for place, one in enumerate(grants(fund)):
        yield (", " if place else "") + json.dumps(one, ensure_ascii=False)
    yield "]}\n"


def as_csv(fund: Fund) -> Iterator[str]:
    """The same as the standard's table, safe against formulas."""
    yield BOM + csv_row(title for title, _way in COLUMNS)
    for one in grants(fund):
        yield csv_row(_cell(one, way) for _title, way in COLUMNS)


def _said(fund: Fund, grant: Any) -> dict[str, Any]:
    application = grant.application
    call = application.call
    said = {
        "id": application.number or f"{fund.pk}-{application.pk}",
        "title": application.title,
        "description": application.summary or application.title,
        "currency": CURRENCY,
        "amountAppliedFor": _yuan(application.asked),
        "amountAwarded": _yuan(grant.approved),
        "amountDisbursed": _yuan(grant.paid - grant.returned),
        "awardDate": clock.day_of(call.decided_at or grant.agreed_at or grant.state_since).isoformat(),
        "recipientOrganization": [
            {
                "id": f"{application.number or application.pk}-group",
                "name": application.group or application.title,
            }
        ],
        "fundingOrganization": [{"id": f"{fund.neighbourhood.slug}-fund-{fund.pk}", "name": fund.title}],
        "grantProgramme": [{"code": str(call.pk), "title": call.title}],
        "dateModified": (grant.closed_at or grant.state_since).isoformat(),
    }
    if grant.begins is not None:
        days = {"startDate": grant.begins.isoformat(), "endDate": grant.ends.isoformat()}
        said["plannedDates"] = [days]
    return said


def _yuan(fen: int) -> float:
    """A number of JSON with the two places of a fen: exact to the fen for every amount the books take."""
    return float(plain_yuan(fen))


def _cell(one: dict[str, Any], way: tuple[str | int, ...]) -> object:
    value: Any = one
    for step in way:
        if isinstance(step, str) and step not in value:
            return ""
        value = value[step]
    return f"{value:.2f}" if isinstance(value, float) else value
