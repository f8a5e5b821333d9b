"""Reading who is signed in: the account together with its person, in one query instead of two on most pages."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend

from portal.community.models import User


class WithPerson:
    """What both backends share: the account behind a session."""

    def get_user(self, user_id: int) -> User | None:
        """The account with its person; None where it is gone or may not sign in any more."""
        user = User.objects.select_related("person").filter(pk=user_id).first()
        return user if user is not None and user.is_active else None


class NameBackend(WithPerson, ModelBackend):
    """Signing in by the account's name."""


class PhoneBackend(WithPerson, AuthenticationBackend):
    """Signing in by phone, e-mail or name, as allauth does."""
