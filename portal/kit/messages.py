"""Where a message waits for the next page: in a cookie, so that saying "saved" does not rewrite the session."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class MessageCookie(CookieStorage):
    """Django's, signed and as secure as the session's, under a name that no other host can set."""

    cookie_name = settings.MESSAGE_COOKIE_NAME


class MessageStorage(FallbackStorage):
    """The cookie; what is too long for one waits in the session."""

    storage_classes = (MessageCookie, SessionStorage)
