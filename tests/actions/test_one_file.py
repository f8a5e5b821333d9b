"""The one file of a field that takes one, and may be left empty."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.actions.fields import one_file


def test_the_file_is_taken_out_of_the_list_and_none_stays_none() -> None:
    sent = SimpleUploadedFile("a.pdf", b"%PDF-")

    assert one_file([sent]) is sent
    assert one_file([]) is None
