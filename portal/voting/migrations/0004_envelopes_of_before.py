from django.db import migrations


def note(apps, schema_editor):
    """Envelopes that one clerk booked before two had to, of votes not counted: so that two can withdraw them."""
    ballots = apps.get_model("voting", "Ballot").objects.filter(vote__secret=True, vote__counted_at=None)
    envelopes = apps.get_model("voting", "Envelope").objects
    envelopes.bulk_create(
        [
            envelopes.model(
                vote_id=ballot.vote_id,
                entry_id=ballot.entry_id,
                received_at=ballot.cast_at,
                channel=ballot.channel,
                first_by_id=ballot.cast_by_id,
                first_at=ballot.cast_at,
                second_at=ballot.cast_at,
                taken_at=ballot.cast_at,
                stands=True,
            )
            for ballot in ballots.exclude(channel="online").filter(sealed=None)
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("voting", "0003_paper_by_two")]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
