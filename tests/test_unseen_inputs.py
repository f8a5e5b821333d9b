"""Text that nobody sees is empty in whatever else brings text in: tables that are handed in, and commands.

The forms: tests/test_fields_of_all_forms.py. The stock admin: tests/pages/test_seen.py.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from portal.community.models import Appointment, Post
from portal.kit import sheets
from tests.factories import make_neighbourhood, make_user
from tests.test_fields_of_all_forms import UNSEEN

ROOT = Path(settings.BASE_DIR) / "portal"
# Read tables themselves, and keep no text of them: numbers and codes that a published file holds, for a proof.
OWN_READERS = {
    "funds/allocating/pabulib/reading.py",
    "kit/sheets.py",
    "meetings/lots/pools.py",
    "meetings/opinions/votes.py",
}


def workbook(rows: list[list[str]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("text", UNSEEN)
def test_a_cell_of_what_nobody_sees_is_empty_and_a_row_of_such_is_none(text: str) -> None:
    rows = [["姓名", "备注"], ["王", text], [text, text]]
    as_csv = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode()

    for content in (as_csv, workbook(rows)):
        assert [row.cells[:2] for row in sheets.read(content)] == [["姓名", "备注"], ["王", ""]]


def test_every_table_that_is_handed_in_is_read_by_one_reader() -> None:
    reads = re.compile(r"csv\.(reader|DictReader)\(|load_workbook\(")
    found = {
        path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py") if reads.search(path.read_text())
    }

    assert found == OWN_READERS


@pytest.mark.django_db
@pytest.mark.parametrize("title", [*UNSEEN, "", "  "])
def test_no_post_is_given_by_command_that_is_signed_with_nothing(title: str) -> None:
    here = make_neighbourhood()
    user = make_user()

    with pytest.raises(CommandError):
        call_command("appoint", user.username, Post.WORKER, here.slug, "--title", title)
    assert not Appointment.objects.exists()
