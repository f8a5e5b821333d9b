"""What stands is not changed: the rules of a round, what is on a ballot, an allocation that was written down.

Apart from the tables, which SQLite makes anew while columns are added.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

import portal.funds.models.constraints
import portal.ledger.constraints


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("funds", "0001_funds")]

    operations: ClassVar[list[Operation]] = [
        migrations.AddConstraint(
            model_name="application",
            constraint=portal.funds.models.constraints.BallotStands(name="fund_application_ballot_stands"),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=portal.ledger.constraints.AppendOnly(name="fund_allocation_stays"),
        ),
        migrations.AddConstraint(
            model_name="costclass",
            constraint=portal.funds.models.constraints.Stands(name="fund_cost_class_stands"),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=portal.funds.models.constraints.Stands(name="fund_criterion_stands"),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=portal.funds.models.constraints.RulesStand(name="fund_call_rules_stand"),
        ),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=portal.funds.models.constraints.Stands(name="fund_plan_step_stands"),
        ),
    ]
