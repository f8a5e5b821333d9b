"""Text that nobody sees is none in the stock admin, either: sections, titles, contact cards."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from wagtail.admin.panels import get_edit_handler

from portal.pages.blocks import stream_blocks
from portal.pages.models import NoticePage
from portal.pages.seen import LineBlock, LinesBlock, seen_text

UNSEEN = ["\u200b", "\u2800", "\u3164", "\u00ad", "\ufeff\u200d", "\u202e"]


@pytest.mark.parametrize("text", UNSEEN)
def test_a_section_of_nothing_that_can_be_seen_is_refused_or_empty(text: str) -> None:
    for block in (LineBlock, LinesBlock):
        assert block(required=False).clean(text) == ""
        with pytest.raises(ValidationError):
            block().clean(text)
    picture = dict(stream_blocks())["picture"]
    assert picture.clean(picture.to_python({"upload": "", "alt": text, "caption": f"北{text}门"})) == {
        "upload": "",
        "alt": "",
        "caption": "北门" if text not in {"\u2800", "\u3164"} else f"北{text}门",
    }


@pytest.mark.parametrize("text", UNSEEN)
def test_a_title_has_to_be_seen(text: str) -> None:
    form = get_edit_handler(NoticePage).get_form_class()

    assert issubclass(form, NoticePage.base_form_class)
    with pytest.raises(ValidationError):
        seen_text(text, required=True)
    assert seen_text(text, required=False) == ""
