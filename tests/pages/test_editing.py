"""Editors at work on pages made of sections: steps without JavaScript, drafts, two editors, comparing."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.community.models import Area, Post, Upload, User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.pages import services
from portal.pages.blocks import KINDS, keys_of
from portal.pages.forms import PageForm
from portal.pages.models import NoticePage
from portal.pages.streams import Step, both, section, stepped
from tests.community.test_uploads import picture
from tests.factories import make_neighbourhood, make_user
from tests.worlds import kept

pytestmark = pytest.mark.django_db


@kept
def office() -> tuple[Area, User, User, int]:
    """A neighbourhood with two editors, and a notice of one section that the first has drafted."""
    here = make_neighbourhood(slug="tianxin")
    services.found_neighbourhood(here)
    one, other = (make_user(post=post, neighbourhood=here) for post in (Post.WORKER, Post.DIRECTOR))
    fields = {"title": "停水", "body": "周三停水。", "day": clock.today(), "shown_until": None}
    return here, one, other, services.add_page(one, here, "notice", fields).pk


class Editor:
    """Somebody with the editor open: sends what stands in it, with changes."""

    def __init__(self, user: User, pk: int) -> None:
        self.client, self.pk = Client(), pk
        self.client.force_login(user)
        self.opens()

    def opens(self) -> str:
        self.page = NoticePage.objects.get(pk=self.pk)
        self.raw, self.version = self.draft.raw, self.page.version
        return self.client.get(self.url("edit")).content.decode()

    @property
    def draft(self) -> Any:
        return NoticePage.objects.get(pk=self.pk).get_latest_revision_as_object()

    def url(self, name: str, *more: int) -> str:
        return reverse(f"pages:{name}", args=["tianxin", self.pk, *more])

    def sends(self, do: str = "save", **changes: Any) -> Any:
        """What a browser sends for the sections that stood there when the page was opened."""
        texts = {f"{one['id']}-text": one["value"] for one in self.raw if isinstance(one["value"], str)}
        typed = {"title": "停水", "day": str(self.page.day), "version": self.version, "do": do}
        sections = [f"{one['id']}:{one['type']}" for one in self.raw]
        sent = typed | texts | {"section": sections, "once": uuid.uuid4().hex} | changes
        return self.client.post(self.url("edit"), sent)

    def presses(self, do: str, **changes: Any) -> None:
        """A press, and on with the page it leads to."""
        assert self.sends(do, **changes).status_code == 302
        self.opens()

    def text(self, place: int = 0) -> str:
        return f"{self.raw[place]['id']}-text"


def test_sections_are_added_moved_and_removed_by_buttons_and_keep_their_ids() -> None:
    _here, one, _other, pk = office()
    editor = Editor(one, pk)
    first = editor.raw[0]["id"]

    editor.presses(f"add:{first}", **{f"add-{first}": "heading"})
    second = editor.raw[1]["id"]
    editor.presses(f"up:{second}", **{editor.text(1): "几点停"})
    moved = [(block["id"], block["value"]) for block in editor.raw]
    editor.presses(f"remove:{first}")

    assert moved == [(second, "几点停"), (first, "周三停水。")]
    assert [block["id"] for block in editor.raw] == [second]
    kept_in_history = [revision.as_object().text for revision in editor.page.revisions.order_by("created_at")]
    assert kept_in_history[-2:] == ["几点停\n周三停水。", "几点停"]


def test_presses_of_one_sitting_are_one_version_until_somebody_else_has_read_it() -> None:
    _here, one, other, pk = office()
    editor = Editor(one, pk)

    for text in ("周四停水。", "周五停水。"):
        editor.presses("save", **{editor.text(): text})
    sitting = editor.page.revisions.count()
    Editor(other, pk)
    editor.presses("save", **{editor.text(): "周六停水。"})

    assert (sitting, editor.page.revisions.count()) == (2, 3)
    assert editor.draft.text == "周六停水。"


def test_an_unchanged_text_makes_no_version_and_an_unfinished_one_can_be_kept_but_not_published() -> None:
    _here, one, _other, pk = office()
    editor = Editor(one, pk)

    editor.presses("save")
    unchanged = editor.page.revisions.count()
    editor.presses("add:", **{"add-": "quote"})
    preview = editor.client.get(editor.url("preview")).content.decode()

    assert unchanged == 1
    assert "第 1 段" in preview or "Section 1" in preview
    with pytest.raises(NotPossible):
        services.publish(one, pk)
    assert not NoticePage.objects.get(pk=pk).live


@pytest.mark.parametrize("button", ["save", "publish", "schedule", "add:", "up:x"])
def test_whichever_button_the_second_of_two_editors_presses_both_texts_are_kept_and_shown(
    button: str,
) -> None:
    _here, one, other, pk = office()
    late, early = Editor(one, pk), Editor(other, pk)
    early.presses("save", **{early.text(): "改到周四停水。"})

    answer = late.sends(button, **{late.text(): "改到周五停水。"})
    page = late.client.get(answer["Location"])
    late.page.refresh_from_db()
    take = {"take": "both", "version": late.page.version, "once": uuid.uuid4().hex}
    late.client.post(answer["Location"], take)

    assert "/both/" in answer["Location"]
    shown = page.context["rows"]
    assert [(row.before, row.after) for _label, row in shown][-1] == ("改到周五停水。", "改到周四停水。")
    assert late.draft.text == "改到周四停水。\n改到周五停水。"


def test_a_photo_sent_by_the_second_editor_is_not_lost_either() -> None:
    _here, one, other, pk = office()
    late = Editor(one, pk)
    late.presses("add:", **{"add-": "picture"})
    early = Editor(other, pk)
    early.presses("save", **{early.text(1): "改到周四停水。"})
    photo = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    prefix = late.raw[0]["id"]

    answer = late.sends("save", **{f"{prefix}-photo": photo, f"{prefix}-alt": "水表"})
    mine = late.page.revisions.get(pk=int(answer["Location"].rstrip("/").rsplit("/", 1)[1])).as_object()

    assert keys_of(mine.raw) == {str(Upload.objects.get().pk)}


def test_a_draft_that_somebody_changed_meanwhile_is_not_published_unread() -> None:
    _here, one, other, pk = office()
    page = Editor(one, pk)
    read = page.client.get(page.url("act", "publish")).context["form"]["version"].value()  # type: ignore[arg-type]
    early = Editor(other, pk)
    early.presses("save", **{early.text(): "改到周四停水。"})

    answer = page.client.post(page.url("act", "publish"), {"version": read, "once": uuid.uuid4().hex})  # type: ignore[arg-type]

    assert answer.status_code == 409
    assert not NoticePage.objects.get(pk=pk).live


def test_an_editor_sees_who_else_is_at_work_on_the_page() -> None:
    _here, one, other, pk = office()
    Editor(other, pk)

    shown = Editor(one, pk).opens()
    with clock.at(clock.now() + timedelta(hours=2)):
        later = Editor(one, pk).opens()

    name = other.public_name
    assert (name in shown.split("<main")[1], name in later.split("<main")[1]) == (True, False)


def test_two_versions_are_compared_by_section_and_character() -> None:
    _here, one, _other, pk = office()
    editor = Editor(one, pk)
    first = editor.page.revisions.get()
    editor.presses("save", **{editor.text(): "周四停水。"})

    page = editor.client.get(editor.url("compare"), {"old": first.pk}).content.decode()

    assert "周<del>三</del>停水。" in page
    assert "周<ins>四</ins>停水。" in page


def test_a_page_picture_or_version_of_another_neighbourhood_is_not_found() -> None:
    _here, one, _other, pk = office()
    elsewhere = make_neighbourhood(slug="elsewhere")
    services.found_neighbourhood(elsewhere)
    stranger = make_user(post=Post.WORKER, neighbourhood=elsewhere)
    fields = {"title": "别处", "body": "x", "day": clock.today(), "shown_until": None}
    theirs = services.add_page(stranger, elsewhere, "notice", fields)
    editor = Editor(one, pk)
    revision = theirs.latest_revision_id

    paths = [
        editor.url("both", revision),
        editor.url("compare") + f"?old={revision}",
        *(reverse(f"pages:{name}", args=["tianxin", theirs.pk]) for name in ("edit", "preview", "compare")),
    ]

    assert {editor.client.get(path).status_code for path in paths} == {404}
    again = editor.client.post(editor.url("restore", revision), {"once": uuid.uuid4().hex})
    assert again.status_code == 404


def test_a_file_key_that_is_sent_is_not_believed() -> None:
    here, one, other, pk = office()
    private = Upload.objects.create(area=here, owner=other.person, name="x.jpg", size=1, sha256="0")
    editor = Editor(one, pk)
    new = str(uuid.uuid4())
    mark = [f"{new}:picture", f"{editor.raw[0]['id']}:text"]

    editor.presses("save", section=mark, **{f"{new}-upload": str(private.pk), f"{new}-alt": "x"})

    assert keys_of(editor.draft.raw) == set()


def test_steps_that_cannot_be_done_change_nothing() -> None:
    raw = [section("text", "一"), section("text", "二")]
    first, last = raw[0]["id"], raw[1]["id"]

    for step in (
        Step("up", first),
        Step("down", last),
        Step("up", "x"),
        Step("add", first, "script"),
        Step(""),
    ):
        assert stepped(KINDS, raw, step)[0] == raw


def test_of_two_texts_put_together_nothing_is_missing_and_nothing_twice() -> None:
    same, mine = section("text", "同"), section("text", "我加的")
    theirs, changed = section("text", "他加的"), section("text", "原文")
    own = [same, {**changed, "value": "我改的"}, mine]
    other = [same, theirs, {**changed, "value": "他改的"}]

    assert [block["value"] for block in both(own, other)] == ["同", "他加的", "他改的", "我改的", "我加的"]
    assert len({block["id"] for block in both(own, other)}) == 5


def test_an_earlier_version_is_looked_at_before_it_becomes_the_draft() -> None:
    _here, one, _other, pk = office()
    editor = Editor(one, pk)
    first = editor.page.revisions.get()
    editor.presses("save", **{editor.text(): "周四停水。"})

    asked = editor.client.get(editor.url("restore", first.pk))
    before = editor.draft.text
    sent = {"version": asked.context["version"], "once": uuid.uuid4().hex}
    editor.client.post(editor.url("restore", first.pk), sent)

    assert "周<ins>三</ins>停水。" in asked.content.decode()
    assert (before, editor.draft.text) == ("周四停水。", "周三停水。")


def test_two_windows_of_one_person_are_not_called_two_people() -> None:
    _here, one, other, pk = office()
    pages = []
    for second in (one, other):
        late, early = Editor(one, pk), Editor(second, pk)
        early.presses("save", **{early.text(): f"改到周四停水，{second.pk}。"})
        pages.append(
            late.client.get(late.sends(**{late.text(): "改到周五停水。"})["Location"]).content.decode()
        )

    assert [_("You saved first in another window") in page for page in pages] == [True, False]


def test_several_pictures_come_at_once_and_get_their_words_later() -> None:
    _here, one, _other, pk = office()
    editor = Editor(one, pk)
    editor.presses("add:", **{"add-": "gallery"})
    prefix = editor.raw[0]["id"]
    photos = [SimpleUploadedFile(f"{n}.jpg", picture(), "image/jpeg") for n in range(2)]
    wrong = SimpleUploadedFile("假.jpg", b"MZ", "image/jpeg")

    refused = editor.sends(**{f"{prefix}-photo": [photos[0], wrong, photos[1]]})
    waiting = re.findall(rf'name="held-{prefix}-photo" value="([^"]+)"', refused.content.decode())
    editor.presses("save", **{f"held-{prefix}-photo": waiting})

    assert (refused.status_code, "“假.jpg”" in refused.content.decode()) == (422, True)
    assert len(editor.draft.raw[0]["value"]) == 2
    with pytest.raises(NotPossible):
        services.publish(one, pk)


def test_a_refused_form_asks_for_its_picture_again() -> None:
    photo = SimpleUploadedFile("水表.jpg", picture(), "image/jpeg")

    form = PageForm({"title": "停水", "body": "x"}, {"photo": photo})

    assert set(form.errors) == {"alt", "photo"}
    assert "水表.jpg" in form.errors["photo"][0]
