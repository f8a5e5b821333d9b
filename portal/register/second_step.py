"""What allauth says of the second step, and how it names a new passkey."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from portal.community.models import User
from portal.register import words


class SecondStepAdapter(DefaultMFAAdapter):
    """In the portal's own words."""

    error_messages = DefaultMFAAdapter.error_messages | words.SECOND_STEP

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """What the field is filled in with."""
        there = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey %(number)d") % {"number": there + 1}
