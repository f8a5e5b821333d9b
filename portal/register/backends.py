"""Reading who is signed in: the account, its person and what it has not read, in one fixed statement."""

from __future__ import annotations

from functools import cache

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend
from django.db import connection

from portal.community.models import Person, User
from portal.kit.statements import Columns

ACCOUNT, PERSON = Columns(User, "account"), Columns(Person, "person")
SIGNED_IN = """
SELECT {account}, {person}, (
       SELECT COUNT(*) FROM notifications_notice news WHERE news.user_id = account.id AND news.read_at IS NULL)
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
        """The account with its person and `unread`, the number of its unread notices; None where it is gone.

        The same where it may not sign in any more.
        """
        with connection.cursor() as cursor:
            cursor.execute(signed_in(), [user_id])
            row = cursor.fetchone()
        user = ACCOUNT.make(row[: len(ACCOUNT)]) if row else None
        if user is not None:
            user.person = PERSON.make(row[len(ACCOUNT) : -1])
            user.unread = row[-1]
        return user


class NameBackend(WithPerson, ModelBackend):
    """Signing in by the account's name."""


class PhoneBackend(WithPerson, AuthenticationBackend):
    """Signing in by phone, e-mail or name, as allauth does."""
