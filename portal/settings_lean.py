"""The settings of a process that only reads much of one app: a fifth of the memory the whole portal takes to start.

What is not among the apps is not loaded. Nothing may be deleted under these settings: what would have to go with it
is not known here, and no app is told.
"""

from __future__ import annotations

from portal.settings import *  # noqa: F403

INSTALLED_APPS = [
    "portal.lean.Surveys",
    "portal.lean.Community",
    "portal.lean.Record",
    "treebeard",
    "polymorphic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
]
