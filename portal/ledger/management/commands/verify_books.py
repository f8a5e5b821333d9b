"""manage.py verify_books: whether every book adds up, and is what the public record has fingerprints of."""

from __future__ import annotations

from argparse import ArgumentParser
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.ledger.models import Book
from portal.ledger.verify import faults


class Command(BaseCommand):
    help = "Add all books up anew from their postings; exit 1 and the first wrong line of each that does not hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--subject", metavar="KEY", help="only the book of this, such as cashbook:12")

    def handle(self, *args: Any, **options: Any) -> None:
        key = options["subject"]
        books = Book.objects.order_by("pk")
        wanted = list(books.filter(subject=key) if key else books)
        if key and not wanted:
            raise CommandError(f"There is no book of {key}.", returncode=2)
        broken = [said for book in wanted if (said := self.say(book))]
        if broken:
            raise CommandError("\n".join(broken))

    def say(self, book: Book) -> str:
        """Print a sound book; return the words for a broken one."""
        first = next(islice(faults(book), 1), "")
        if not first:
            self.stdout.write(f"{book.subject}: {book.sequence} lines, all add up")
            return ""
        return f"{book.subject}: {first}"
