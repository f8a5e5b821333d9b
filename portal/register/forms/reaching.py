"""A number or an address, typed into one field."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from portal.kit import phones


def number_or_address(typed: str) -> tuple[str, str]:
    """The number or the address that was typed; the other is empty. Raises ValidationError where it is neither."""
    number = phones.mobile(typed)
    if number:
        return number, ""
    try:
        validate_email(typed.strip())
    except ValidationError as error:
        raise ValidationError(
            _("Please enter a Chinese mobile number (eleven digits) or an e-mail address.")
        ) from error
    return "", typed.strip().lower()
