"""What allauth says when something is not right, and what it calls the ways to confirm: in the portal's own words.

What is not here is not reached in the portal's settings (tests/register/test_account_words.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy, gettext_noop

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# One sentence for all three ways to name an account: it does not tell which of them is known here.
_MISMATCH = gettext_lazy("The account or the password is not right. Please look at both again.")
_TOO_MANY = gettext_lazy("Too many tries. Please wait a while; the committee's counter can help too.")
_CODE = gettext_lazy("This code is not right.")

ACCOUNT: dict[str, StrOrPromise] = {
    "account_inactive": gettext_lazy("This account is closed"),
    "cannot_remove_primary_email": gettext_lazy(
        "This address is used for notices. Choose another one for them first."
    ),
    "duplicate_email": gettext_lazy("This address is in your account already."),
    "email_password_mismatch": _MISMATCH,
    "phone_password_mismatch": _MISMATCH,
    "username_password_mismatch": _MISMATCH,
    "email_taken": gettext_lazy("This address belongs to another account."),
    "phone_taken": gettext_lazy("This number belongs to another account."),
    "enter_current_password": gettext_lazy("This is not your password until now."),
    "incorrect_code": _CODE,
    "incorrect_password": gettext_lazy("This password is not right."),
    "too_many_login_attempts": _TOO_MANY,
    "unverified_primary_email": gettext_lazy(
        "Please confirm this address first: open the link in the mail to it."
    ),
    "select_only_one": gettext_lazy("Please fill in only one of the two."),
    "same_as_current": gettext_lazy("This is the number you have here already."),
    "rate_limited": gettext_lazy("That was too often. Please wait a minute."),
}
SECOND_STEP: dict[str, StrOrPromise] = {
    "incorrect_code": _CODE,
    "cannot_generate_recovery_codes": gettext_lazy(
        "First set up a code app or a passkey; then there are emergency codes."
    ),
    "add_email_blocked": gettext_lazy(
        "With the second step on, no address can be added. Switch it off, add and confirm the address, and switch it "
        "on again."
    ),
    "unverified_email": gettext_lazy(
        "An address of your account is not confirmed yet. Confirm or remove it first; then set up the second step."
    ),
}
# How somebody who is signed in shows again who it is.
WAYS: dict[str, StrOrPromise] = {
    "reauthenticate": gettext_lazy("With the password"),
    "mfa_reauthenticate": gettext_lazy("With the code app or an emergency code"),
    "mfa_reauthenticate:webauthn": gettext_lazy("With a passkey"),
}
# Said by allauth where no form or adapter of ours comes between: its English is plain, its Chinese is ours.
KEPT = (gettext_noop("You must type the same password each time."),)
