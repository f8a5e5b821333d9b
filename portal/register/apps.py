from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class RegisterConfig(AppConfig):
    name = "portal.register"
    label = "register"
    verbose_name = _("Register")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A second factor that was just set up was shown in this session."""
        from allauth.mfa.signals import authenticator_added  # noqa: PLC0415 - models are not ready before

        authenticator_added.connect(_shown, dispatch_uid="register.second_factor")


def _shown(sender: Any, *, request: HttpRequest, user: Any, authenticator: Any, **kwargs: Any) -> None:
    from allauth.account.internal.flows.login import record_authentication  # noqa: PLC0415
    from allauth.mfa.models import Authenticator  # noqa: PLC0415

    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
