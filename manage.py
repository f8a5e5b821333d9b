#!/usr/bin/env python
"""The portal's commands; `manage.py help` lists them."""

from __future__ import annotations

import os
import sys

from portal.start import in_words

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    # A command is one thread; only a server's many share connections.
    if sys.argv[1:2] != ["serve"]:
        os.environ.setdefault("PORTAL_DATABASE_POOL", "0")
    with in_words():
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
