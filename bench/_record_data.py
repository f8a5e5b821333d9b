"""The data of the record's benchmark: topics to search among, and a long record. Prints the neighbourhood's slug."""

from __future__ import annotations

from datetime import timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402 - after setup
from django.core.management import call_command  # noqa: E402

from portal.community.rules import load  # noqa: E402
from portal.deliberation.models import Category, Topic  # noqa: E402
from portal.deliberation.states import State  # noqa: E402
from portal.kit import clock  # noqa: E402
from portal.management.commands.serve import collect_changed_static_files  # noqa: E402
from portal.record.models import Chain, Entry  # noqa: E402
from portal.search import services as search  # noqa: E402
from tests import factories  # noqa: E402

ENTRIES, TOPICS, BATCH = 100_000, 300, 5_000


def main() -> None:
    """Fill the database."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    call_command("migrate", verbosity=0)
    collect_changed_static_files()
    load()
    here = factories.make_neighbourhood(slug="tianxin")
    proposer = factories.make_person()
    for number in range(TOPICS):
        topic = Topic.objects.create(
            neighbourhood=here,
            area=here,
            number=f"2026-{number:05d}",
            category=Category.TRAFFIC,
            title=f"开通红林路小门（{number}）",
            place="小区北侧围墙",
            problem="从正门到地铁站要绕行 900 米。",
            affected="每天步行上班的邻居",
            wish="请大家一起议。",
            proposer=proposer,
            state=State.DISCUSSING,
            submitted_at=clock.now(),
        )
        search.index(topic)
    # Only their number and their length matter here, not their chain.
    at, hashes = clock.now() - timedelta(days=2), [f"{number:064x}" for number in range(ENTRIES + 1)]
    for first in range(1, ENTRIES + 1, BATCH):
        Entry.objects.bulk_create(
            Entry(
                chain_id=here.slug,
                sequence=number,
                at=at,
                actor="居委会 陈",
                action="topic.discussing",
                subject=f"topic:{number % TOPICS}",
                title="给3号楼装扶手，并开通红林路小门",
                data={"about": f"topic:{number % TOPICS}"},
                previous=hashes[number - 1],
                hash=hashes[number],
            )
            for number in range(first, first + BATCH)
        )
    Chain.objects.filter(pk=here.slug).update(sequence=ENTRIES, hash=hashes[ENTRIES])
    print(here.slug)


if __name__ == "__main__":
    main()
