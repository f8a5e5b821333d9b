"""Reading who is signed in: the account, its person and what it has not read, in one fixed statement."""

from __future__ import annotations

from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.userkit import get_user_by_username
from django.contrib.auth.backends import ModelBackend
from django.db import connection
from django.http import HttpRequest

from portal.community.models import Person, User
from portal.kit.statements import Columns
from portal.register.services.accounts import by_email, by_phone

ACCOUNT, PERSON = Columns(User, "account"), Columns(Person, "person")
SIGNED_IN = """
SELECT {account}, {person}, (
       SELECT COUNT(*) FROM notifications_notice news WHERE news.user_id = account.id AND news.read_at IS NULL),
       EXISTS (
       SELECT 1 FROM mfa_authenticator factor WHERE factor.user_id = account.id AND factor.type <> 'recovery_codes')
  FROM community_user account LEFT JOIN community_person person ON person.id = account.person_id
 WHERE account.id = %s AND account.is_active
"""


@cache
def signed_in() -> str:
    """The statement, with one parameter: the account's key."""
    return SIGNED_IN.format(account=ACCOUNT, person=PERSON)


class WithPerson:
    """What both backends share: the account behind a session."""

    def get_user(self, user_id: int) -> User | None:
        """The account with its person, `unread` (the number of its unread notices) and `second_factor` (is one set up).

        None where it is gone or may not sign in any more.
        """
        with connection.cursor() as cursor:
            cursor.execute(signed_in(), [user_id])
            row = cursor.fetchone()
        user = ACCOUNT.make(row[: len(ACCOUNT)]) if row else None
        if user is not None:
            user.person = PERSON.make(row[len(ACCOUNT) : -2])
            user.unread, user.second_factor = row[-2], bool(row[-1])
        return user


class NameBackend(WithPerson, ModelBackend):
    """What an account may do in the stock admin. Sessions it opened before go on; none is opened by it any more."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:  # type: ignore[override]
        """Nobody: each further backend that looks at a password takes time that tells who has an account."""


class PhoneBackend(WithPerson, AuthenticationBackend):
    """Signing in by name, e-mail or phone: one account at most is meant, and one password is checked in any case."""

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:
        name, email, phone = (credentials.get(way) or "" for way in ("username", "email", "phone"))
        meant = (get_user_by_username(name) if name else None, by_email(email), by_phone(phone))
        return self._check_password(next(filter(None, meant), None), credentials["password"])
