"""A forgotten password: a link by mail, or a code to the number and then a password of one's choice."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.views import PasswordResetView
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portal.register.forms import ResetForm


class Forgotten(PasswordResetView):
    """Allauth's page for an address. With a number it is a sign-in by code, which leads to the new password."""

    def form_valid(self, form: ResetForm) -> HttpResponse:
        """Send the link or the code. Whoever is signed in comes back by the code."""
        if not form.cleaned_data["phone"]:
            answer: HttpResponse = super().form_valid(form)
            return answer
        if self.request.user.is_authenticated:
            get_adapter().logout(self.request)
        form.send_code(self.request)
        then = urlencode({"next": reverse("account_change_password")})
        return redirect(f"{reverse('account_confirm_login_code')}?{then}")


forgotten = Forgotten.as_view()
