"""People and a discussion for trials, put straight into the portal's database.

`python -m deploy.local.seeds make COUNT` prints a thread and so many neighbours with open sessions as JSON;
`python -m deploy.local.seeds said THREAD` prints what was said in it.
"""

from __future__ import annotations

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()
# Whatever imports models comes after this line.

from django.conf import settings  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.test import Client  # noqa: E402

from portal.community.models import User  # noqa: E402
from portal.threads.models import Post  # noqa: E402
from tests.threads.factories import make_neighbour, make_thread  # noqa: E402

PASSWORD = "红林路的小门-2026"


def make(count: int) -> None:
    """A thread, and neighbours who are known long enough to write much."""
    thread = make_thread()
    people = [make_neighbour(thread) for _time in range(count)]
    # One hash for all: a third of a second each is for people.
    User.objects.filter(pk__in=[user.pk for user in people]).update(password=make_password(PASSWORD))
    for user in people:
        user.refresh_from_db()
    told = [{"login": user.username, "session": session(user)} for user in people]
    print(json.dumps({"thread": thread.pk, "password": PASSWORD, "people": told}))


def session(user: User) -> str:
    """The key of a new session of this account."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def said(thread: int) -> None:
    """The texts of all posts, each as often as it is there."""
    print(json.dumps(list(Post.objects.filter(thread=thread).values_list("body", flat=True))))


if __name__ == "__main__":
    {"make": make, "said": said}[sys.argv[1]](int(sys.argv[2]))
