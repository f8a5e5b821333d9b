"""The page of an action, as a browser gets it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory

from portal.actions.actions import Action


@pytest.mark.parametrize(
    ("action", "sent_to"), [(Action("Ask", lambda user, pk: None), []), ("/there/", ["/there/"]), (None, [])]
)
def test_a_form_is_sent_to_its_own_page_unless_an_address_is_given(action: Any, sent_to: list[str]) -> None:
    context = {"form": forms.Form(), "submit": "Ask", "action": action}

    html = render_to_string("components/_form.html", context, RequestFactory().get("/here/"))

    (form,) = re.findall(r"<form[^>]*>", html)
    assert re.findall(r'action="([^"]*)"', form) == sent_to
