"""manage.py appoint LOGIN POST AREA --title TITLE"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.community.models import Area, Post
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import blank
from portal.register.services import accounts, posts
from portal.register.services.posts import Term


class Command(BaseCommand):
    help = "Give an account a post, such as the first director of a neighbourhood, or an officer of a subdistrict."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="user name, mobile number or e-mail of the account")
        parser.add_argument("post", choices=Post.values)
        parser.add_argument("area", metavar="AREA", help="slug of the area the post is for")
        parser.add_argument(
            "--title", required=True, help="how the post is signed in public, before the name"
        )

    def handle(self, *args: Any, login: str, post: str, area: str, title: str, **options: Any) -> None:
        if blank(title):
            raise CommandError("the title is empty: nobody would read how the post is signed")
        user = accounts.named([login])
        if user is None:
            raise CommandError(f"there is no account {login}")
        place = Area.objects.filter(slug=area).first()
        if place is None:
            raise CommandError(f"there is no area {area}")
        person = user.person or accounts.introduce(user, user.username)
        try:
            held = posts.appoint(None, person, Term(Post(post), place, title, clock.today()))
        except NotPossible as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(str(held))
