"""An allocation that was written down is never changed."""

from __future__ import annotations

from django.db import migrations

import portal.ledger.constraints


class Migration(migrations.Migration):
    dependencies = [("funds", "0001_funds")]

    operations = [
        migrations.AddConstraint(
            model_name="allocation",
            constraint=portal.ledger.constraints.AppendOnly(name="fund_allocation_stays"),
        ),
    ]
