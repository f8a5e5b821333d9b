"""What stands on a ballot is changed by nobody."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

import portal.funds.models.constraints


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("funds", "0002_stays")]

    operations: ClassVar[list[Operation]] = [
        migrations.AddConstraint(
            model_name="application",
            constraint=portal.funds.models.constraints.BallotStands(name="fund_application_ballot_stands"),
        ),
    ]
