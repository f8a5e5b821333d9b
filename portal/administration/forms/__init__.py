"""Forms of those who run the portal."""

from __future__ import annotations

from portal.administration.forms.places import AddForm, BackForm, MoveForm, RenameForm, RetireForm, SearchForm
from portal.administration.forms.posts import GiveForm
from portal.administration.forms.rules import EndRuleForm, OwnRuleForm

__all__ = [
    "AddForm",
    "BackForm",
    "EndRuleForm",
    "GiveForm",
    "MoveForm",
    "OwnRuleForm",
    "RenameForm",
    "RetireForm",
    "SearchForm",
]
