"""What a telephone's camera reads from the screen at the place: python -m tests.browser.camera SHIFT."""

from __future__ import annotations

import os
import sys

import django

from tests.browser import clockwork

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
clockwork.move()
django.setup()
# Whatever imports models comes after this line.

from django.urls import reverse  # noqa: E402

from portal.kit import clock  # noqa: E402
from portal.volunteers import codes  # noqa: E402
from portal.volunteers.models import Shift  # noqa: E402

if __name__ == "__main__":
    shift = Shift.objects.get(pk=int(sys.argv[1]))
    code = codes.place_code(shift.secret, shift.pk, clock.now())
    sys.stdout.write(reverse("volunteers:check_in", args=[shift.pk, code]))
