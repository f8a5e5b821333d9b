"""What the page of a vote costs after a ballot, over the roll of a whole district: `python -m bench._voting_page PK`.

In one process, without a server: CPU time of this process. Each turn another voter casts a ballot and then opens the
page, as the portal sends everybody there. Prints one JSON object.
"""

from __future__ import annotations

import json
import sys
import time
from statistics import median

import django

django.setup()

from django.conf import settings  # noqa: E402 - after setup
from django.core.cache import caches  # noqa: E402
from django.test import Client  # noqa: E402

from portal.community.models import User  # noqa: E402
from portal.voting import services  # noqa: E402
from portal.voting.models import RollEntry  # noqa: E402

TURNS, ANEW = 60, 5


def main(vote: int) -> None:
    """Measure and print: the page as nearly everybody gets it, and the one a minute for which the roll is counted."""
    lines = RollEntry.objects.filter(vote=vote, ballot=None).order_by("-pk").values("person")
    voters = User.objects.filter(person__in=lines[: TURNS + ANEW + 1])
    clients = [(voter, signed_in(voter)) for voter in voters]
    took = [after_ballot(vote, *each) for each in clients[: TURNS + 1]][1:]
    anew = []
    for each in clients[TURNS + 1 :]:
        caches["drawn"].clear()
        anew.append(after_ballot(vote, *each))
    print(json.dumps({"page": median(took), "anew": median(anew)}))


def signed_in(voter: User) -> Client:
    """A voter's browser."""
    client = Client(headers={"host": "127.0.0.1", "accept-language": "zh-CN"})
    client.force_login(voter, "portal.register.backends.NameBackend")
    # A server does this once, at its start.
    client.handler.load_middleware()
    return client


def after_ballot(vote: int, voter: User, client: Client) -> float:
    """The seconds of CPU the page takes after this voter's ballot."""
    receipt = services.cast(voter, vote, "for").receipt
    start = time.process_time()
    page = client.get(f"/votes/{vote}/")
    taken = time.process_time() - start
    if page.status_code != 200 or receipt not in page.content.decode():
        raise RuntimeError("the page does not know the ballot")
    return taken


if __name__ == "__main__":
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    main(int(sys.argv[1]))
