"""The papers of a meeting of any kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from portal.community import uploads
from portal.community.models import User
from portal.meetings.models import Meeting


def add_papers(user: User, meeting: Meeting, papers: Sequence[UploadedFile[Any]]) -> None:
    """Publish files with a meeting, beside those it has. Raises what `uploads.accept` does."""
    added = [uploads.accept(user, meeting.neighbourhood, paper) for paper in papers]
    uploads.publish(added)
    meeting.papers.add(*added)
