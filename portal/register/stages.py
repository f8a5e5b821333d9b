"""What allauth asks of somebody between the password or code and the session."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from allauth.account.internal.constants import LoginStageKey
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage, LoginStage
from django.http import HttpRequest
from django.shortcuts import redirect

from portal.community.models import User
from portal.kit import phones
from portal.register.services import devices, proofs

# So long a code that was right stands for the password until now, which was forgotten.
FRESH = timedelta(minutes=15)


class EmailStage(EmailVerificationStage):
    """Whoever signed up by e-mail alone proves the address first.

    A proved phone is enough, and so is an account made at the counter, which has no address to prove.
    """

    key = LoginStageKey.VERIFY_EMAIL.value

    def handle(self) -> Any:
        if _must_prove_email(self.login):
            self.login.email_verification = "mandatory"
        return super().handle()


class ProofStage(LoginStage):
    """A number may be somebody else's by now: after a code to it, a new device tells more (services.proofs).

    Until then nobody is signed in; after fifteen minutes the sign-in begins anew (ACCOUNT_LOGIN_TIMEOUT).
    """

    key = "proof"
    urlname = "register:prove"

    def handle(self) -> Any:
        user = self.login.user
        if user is None or not rests_on_number(self.request, user) or devices.known(self.request, user):
            return None, True
        return (redirect(self.urlname), True) if proofs.guarded(user) else (None, True)

    def exit(self) -> Any:
        """The proof was given, and counts as one of what this session has shown."""
        record_authentication(self.request, self.login.user, method=self.key)
        return super().exit()


def rests_on_number(request: HttpRequest, user: User) -> bool:
    """Whether a sign-in has shown nothing but a code to the number: no password, no code app, no passkey, no proof."""
    shown = get_authentication_records(request, user)
    return bool(shown) and all(map(_went_to_number, shown))


def rests_on_code(request: HttpRequest, user: User) -> bool:
    """Whether a sign-in has shown a code."""
    return any(shown["method"] == "code" for shown in get_authentication_records(request, user))


def just_showed_code(request: HttpRequest, user: User) -> bool:
    """Whether this session showed a code within FRESH, and whatever else was asked: it may choose a password."""
    shown = get_authentication_records(request, user)
    return any(one["method"] == "code" and time.time() - one["at"] < FRESH.total_seconds() for one in shown)


def _went_to_number(record: dict[str, Any]) -> bool:
    """A text message, or mail to a carrier's box, which is given away with its number (13900000001@…)."""
    box = str(record.get("email") or "").partition("@")[0]
    return record["method"] == "code" and bool(record.get("phone") or phones.mobile(box))


def _must_prove_email(login: Any) -> bool:
    if login.user is None:
        return bool(login.email)
    if login.user.phone_verified:
        return False
    addresses = EmailAddress.objects.filter(user=login.user)
    return addresses.exists() and not addresses.filter(verified=True).exists()
