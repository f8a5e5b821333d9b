"""Fields and forms of places and people."""

from __future__ import annotations

from portal.community.forms.fields import FilesField, FilesInput
from portal.community.forms.signup import SignupForm

__all__ = ["FilesField", "FilesInput", "SignupForm"]
