"""Django's rules for a password, which say in the portal's words what is missing. Their Chinese calls people 你."""

from __future__ import annotations

from django.contrib.auth import password_validation as django
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class NotAlike(django.UserAttributeSimilarityValidator):
    """Unlike the account's names."""

    def get_error_message(self) -> str:
        """What is wrong with it."""
        return _("This password is too much like your name or address. Please choose another one.")


class LongEnough(django.MinimumLengthValidator):
    """As long as the settings say."""

    def get_error_message(self) -> str:
        """What is wrong with it."""
        return ngettext(
            "This password is too short: at least %(min_length)d sign, please.",
            "This password is too short: at least %(min_length)d signs, please.",
            self.min_length,
        ) % {"min_length": self.min_length}


class NotCommon(django.CommonPasswordValidator):
    """None of those that are tried first."""

    def get_error_message(self) -> str:
        """What is wrong with it."""
        return _("Many people use this password, and it is tried first. Please choose another one.")


class NotDigits(django.NumericPasswordValidator):
    """Not only digits."""

    def get_error_message(self) -> str:
        """What is wrong with it."""
        return _("This password is digits only. Please add letters.")
