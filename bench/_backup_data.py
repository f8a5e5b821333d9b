"""The data of the backup benchmark: the demo, 200,000 posts in threads, uploads. In a process of its own."""

from __future__ import annotations

import os
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from portal.kit import clock  # noqa: E402
from portal.threads.models import Post, Thread  # noqa: E402

POSTS, BATCH = 200_000, 5_000
FILES, SIZE = 200, 100_000
TEXT = "从正门到地铁站要绕行九百米，雨天积水，老人推车尤其不便。大家都说改一改就好。" * 6


def main() -> None:
    """Fill the database and the folder of uploads."""
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    threads = list(Thread.objects.order_by("pk"))
    author = Post.objects.filter(author__isnull=False).values_list("author", flat=True).first()
    assert author is not None
    last = {thread.pk: thread.posts.count() + 100_000 for thread in threads}
    for first in range(0, POSTS, BATCH):
        made = []
        for number in range(first, first + BATCH):
            thread = threads[number % len(threads)]
            last[thread.pk] += 1
            made.append(
                Post(
                    thread=thread,
                    sequence=last[thread.pk],
                    revision=last[thread.pk],
                    author_id=author,
                    body=f"{TEXT}（{number}）",
                    author_name="邻居",
                    at=clock.now(),
                )
            )
        Post.objects.bulk_create(made)
    folder = Path(settings.MEDIA_ROOT) / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(FILES):
        (folder / f"{number:04d}").write_bytes(os.urandom(SIZE))


if __name__ == "__main__":
    main()
