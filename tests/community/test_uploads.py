from __future__ import annotations

import io
import time
from collections.abc import Callable

import pikepdf
import pytest
from django import forms
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.http import FileResponse
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.ExifTags import Base
from pytest_django import Settings

from portal.actions.fields import FilesField
from portal.community import uploads
from portal.community.models import Post, Upload
from portal.community.permissions import Role
from portal.kit import pdf as pdfs
from portal.kit.errors import NotPossible
from tests import factories
from tests.community.pictures import (
    PACKED,
    SECRET,
    acts_on_a_page,
    brought,
    heic,
    hides_a_script,
    huge_png,
    lying_heic,
    opens_on_its_page,
    packed_pdf,
    pdf,
    picture,
    prints_itself,
    real_pdf,
    tagged,
)

pytestmark = pytest.mark.django_db

FAIR = {
    "photo.jpg": (picture("JPEG"), "image/jpeg"),
    "screenshot.png": (picture("PNG"), "image/png"),
    "clear.png": (picture("PNG", mode="RGBA"), "image/png"),
    "palette.png": (picture("PNG", mode="P"), "image/png"),
    "scan.webp": (picture("WEBP"), "image/webp"),
    "print.jpg": (picture("JPEG", mode="L"), "image/jpeg"),
    "cmyk.jpg": (picture("JPEG", mode="CMYK"), "image/jpeg"),
    "photo.heic": (heic(), "image/jpeg"),
    "minutes.pdf": (pdf(), "application/pdf"),
    "written.pdf": (real_pdf(opens_on_its_page), "application/pdf"),
    "packed-and-fair.pdf": (real_pdf(object_stream_mode=PACKED), "application/pdf"),
    "wrong-name.txt": (picture("JPEG"), "image/jpeg"),
}
FOUL = {
    "empty.jpg": b"",
    "page.jpg": b"<html><script>alert(1)</script></html>",
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "moving.gif": picture("GIF", mode="P"),
    "bitmap.bmp": picture("BMP"),
    "photo.tiff": picture("TIFF"),
    "broken.heic": b"\x00\x00\x00\x18ftypheic" + b"\x00" * 200,
    "letter.docm": b"PK\x03\x04" + b"\x00" * 200,
    "program.exe": b"MZ" + b"\x00" * 200,
    "cut.jpg": picture("JPEG")[:10],
    "postscript.jpg": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "script.pdf": pdf(b"3 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj"),
    "launch.pdf": pdf(b"3 0 obj<</S/Launch/F(cmd.exe)>>endobj"),
    "carrier.pdf": pdf(b"3 0 obj<</Type/EmbeddedFile>>endobj"),
    "form.pdf": pdf(b"3 0 obj<</XFA(x)>>endobj"),
    "disguised.pdf": pdf(b"3 0 obj<</S/J#61vaScript/J#53(app.alert(1))>>endobj"),
    "packed.pdf": packed_pdf(b"<</S/JavaScript/JS(app.alert(1))>>"),
    "broken-pack.pdf": pdf(b"5 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\nnot zlib\nendstream endobj"),
    "locked.pdf": real_pdf(encryption=pikepdf.Encryption(owner="a", user="")),
    "locked-for-all.pdf": real_pdf(encryption=pikepdf.Encryption(owner="a", user="b")),
    "nested-script.pdf": real_pdf(hides_a_script),
    "packed-script.pdf": real_pdf(hides_a_script, object_stream_mode=PACKED),
    "attachment.pdf": real_pdf(lambda document: document.attachments.__setitem__("a.txt", b"x")),
    "prints-itself.pdf": real_pdf(prints_itself),
    "acts-on-a-page.pdf": real_pdf(acts_on_a_page),
    "deep.pdf": pdf(b"3 0 obj" + b"[" * 5000 + b"]" * 5000 + b"endobj"),
    "cut-object.pdf": pdf(b"3 0 obj<</A[1 2 foo>>endobj"),
    "cut.pdf": b"%PDF-1.7\n1 0 obj",
    "late.pdf": b"\n\n" + pdf(),
}


def stored(file: FieldFile) -> bytes:
    with default_storage.open(file.name) as opened:
        return opened.read()


def shown(file: FieldFile) -> Image.Image:
    image = Image.open(io.BytesIO(stored(file)))
    image.load()
    return image


def body(response: FileResponse) -> bytes:
    content = b"".join(response.streaming_content)
    response.close()
    return content


@pytest.mark.parametrize("name", FAIR)
def test_photos_and_papers_are_taken_by_what_they_are(name: str) -> None:
    content, expected = FAIR[name]

    assert uploads.check(brought(content, name)) == expected


@pytest.mark.parametrize("name", FOUL)
def test_everything_else_is_refused_with_a_reason(name: str) -> None:
    user, here = factories.make_user(), factories.make_neighbourhood()

    with pytest.raises(NotPossible) as refusal:
        uploads.accept(user, here, brought(FOUL[name], name))

    assert name in str(refusal.value)
    assert Upload.objects.count() == 0


@pytest.mark.parametrize("name", [name for name in FAIR if not name.endswith(".pdf")])
def test_every_kind_of_picture_can_be_kept(name: str) -> None:
    upload = uploads.accept(
        factories.make_user(), factories.make_neighbourhood(), brought(FAIR[name][0], name), alt="路口"
    )

    assert shown(upload.file).size == (upload.width, upload.height) == (400, 200)
    assert (upload.is_image, upload.alt, upload.size) == (True, "路口", len(stored(upload.file)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_that_was_attached_to_a_picture_is_kept(kind: str) -> None:
    content = tagged(kind)
    assert SECRET.encode() in content, "the control: it was there"

    upload = uploads.accept(factories.make_user(), factories.make_neighbourhood(), brought(content))

    for file in (upload.file, upload.thumbnail):
        kept, image = stored(file), shown(file)
        assert dict(image.getexif()) == {}
        assert not {"xmp", "comment", "icc_profile", "exif"} & set(image.info)
        assert SECRET.encode() not in kept
        assert b"Exif" not in kept
        assert b"GPS" not in kept


def test_nothing_else_of_the_original_lies_in_the_store() -> None:
    upload = uploads.accept(factories.make_user(), factories.make_neighbourhood(), brought(tagged()))

    folder = upload.file.name.rsplit("/", 1)[0]

    assert sorted(default_storage.listdir(folder)[1]) == sorted(
        name.rsplit("/", 1)[1] for name in (upload.file.name, upload.thumbnail.name)
    )


@pytest.mark.parametrize("brings", [tagged, heic])
def test_a_picture_taken_with_the_phone_on_its_side_stands_upright(brings: Callable[..., bytes]) -> None:
    upload = uploads.accept(
        factories.make_user(), factories.make_neighbourhood(), brought(brings(orientation=6))
    )

    image = shown(upload.file)
    assert (image.size, SECRET.encode() in stored(upload.file)) == ((200, 400), False)
    assert image.getexif().get(Base.Orientation) is None
    top, bottom = image.convert("RGB").getpixel((100, 20)), image.convert("RGB").getpixel((100, 380))
    assert (top[0] > 200, bottom[2] > 200) == (True, True)


def test_a_large_picture_is_made_smaller_twice(settings: Settings) -> None:
    content = picture(size=(4000, 1000))

    upload = uploads.accept(factories.make_user(), factories.make_neighbourhood(), brought(content))

    assert ((upload.width, upload.height), shown(upload.thumbnail).size) == ((1600, 400), (480, 120))


def test_a_photo_of_forty_megapixels_is_made_smaller_while_it_is_read() -> None:
    content = Image.new("RGB", (7300, 5500), "red")
    out = io.BytesIO()
    content.save(out, "JPEG", quality=60)
    del content

    started = time.perf_counter()
    upload = uploads.accept(
        factories.make_user(), factories.make_neighbourhood(), brought(out.getvalue(), "40.jpg")
    )

    assert (upload.width, upload.height) == (1600, 1205)
    assert time.perf_counter() - started < 2


def test_what_cannot_be_made_smaller_while_it_is_read_has_a_lower_limit(settings: Settings) -> None:
    settings.PICTURE_WHOLE_MAX_PIXELS = 60_000

    uploads.check(brought(picture("JPEG")))
    for content in (picture("PNG"), picture("JPEG", progressive=True), heic()):
        with pytest.raises(NotPossible):
            uploads.check(brought(content))


def test_a_clear_picture_stays_clear() -> None:
    image = Image.new("RGBA", (10, 10), (255, 0, 0, 0))
    out = io.BytesIO()
    image.save(out, "PNG")

    upload = uploads.accept(factories.make_user(), factories.make_neighbourhood(), brought(out.getvalue()))

    assert shown(upload.file).convert("RGBA").getpixel((5, 5))[3] == 0


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    content = huge_png(20_000, 20_000)
    assert len(content) < 100_000
    started = time.perf_counter()

    with pytest.raises(NotPossible):
        uploads.accept(factories.make_user(), factories.make_neighbourhood(), brought(content, "bomb.png"))

    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(("pixels", "fair"), [(20_000, True), (19_999, False)])
def test_the_limit_of_pixels_is_exact(settings: Settings, pixels: int, fair: bool) -> None:
    settings.PICTURE_MAX_PIXELS = pixels
    file = brought(picture(size=(200, 100)))

    if fair:
        assert uploads.check(file) == "image/jpeg"
    else:
        with pytest.raises(NotPossible):
            uploads.check(file)


@pytest.mark.parametrize(("setting", "content"), [("PICTURE_MAX_BYTES", picture()), ("PDF_MAX_BYTES", pdf())])
def test_the_limit_of_bytes_is_exact(settings: Settings, setting: str, content: bytes) -> None:
    setattr(settings, setting, len(content))
    uploads.check(brought(content))

    setattr(settings, setting, len(content) - 1)
    with pytest.raises(NotPossible):
        uploads.check(brought(content))


def test_a_damaged_picture_is_refused_when_it_is_drawn() -> None:
    user, here = factories.make_user(), factories.make_neighbourhood()
    damaged = {
        "cut.png": picture("PNG", size=(300, 300))[:-40],
        "cut.heic": heic()[:-100],
        "lies.heic": lying_heic(),
    }

    for name, content in damaged.items():
        with pytest.raises(NotPossible, match=name):
            uploads.accept(user, here, brought(content, name))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\路灯.jpg", "路灯.jpg"),
        ('a"b<script>.jpg', "abscript.jpg"),
        ("a\r\nb.jpg", "ab.jpg"),
        ("\u202egpj.exe", "gpj.exe"),
        ("x" * 300 + ".jpg", "x" * 116 + ".jpg"),
        ("???", "file"),
    ],
)
def test_a_name_is_only_a_name(name: str, kept: str) -> None:
    file = brought(picture())
    file._name = name

    upload = uploads.accept(factories.make_user(), factories.make_neighbourhood(), file)

    assert (upload.name, upload.pk.hex in upload.file.name) == (kept, True)


def test_an_account_without_a_person_has_to_join_first() -> None:
    user = factories.make_user()
    user.person = None

    with pytest.raises(NotPossible):
        uploads.accept(user, factories.make_neighbourhood(), brought(picture()))


@given(st.binary(max_size=300))
def test_no_bytes_make_the_judge_of_pdfs_stumble(content: bytes) -> None:
    assert isinstance(pdfs.objection(b"%PDF-1.4\n" + content + b"\n%%EOF"), str)


def test_a_pdf_of_more_parts_than_anybody_writes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfs, "MOST_PARTS", 100)

    assert pdfs.objection(pdf(b"3 0 obj[" + b"[]" * 90 + b"]endobj")) == ""
    assert pdfs.objection(pdf(b"3 0 obj[" + b"[]" * 100 + b"]endobj")) != ""


def test_streams_that_unpack_to_too_much_are_refused() -> None:
    assert pdfs.objection(packed_pdf(b" " * (33 * 1024 * 1024))) != ""


# --- who may see a file ---

SEES_UNPUBLISHED = {"worker", "director", "party", "oversight", "officer", "auditor"}


def make_upload(content: bytes = b"", name: str = "photo.jpg") -> Upload:
    here = factories.make_neighbourhood()
    return uploads.accept(factories.make_resident(within=here), here, brought(content or picture(), name))


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in {Role.PROPOSER, Role.RESPONSIBLE, Role.PANEL}]
)
def test_unpublished_files_are_seen_by_their_owner_and_who_screens_here(role: Role) -> None:
    upload = make_upload()
    here, elsewhere = upload.area, factories.make_neighbourhood()

    def seen(place: object) -> bool:
        return Upload.objects.visible_to(factories.make_visitor(role, place)).filter(pk=upload.pk).exists()

    assert seen(here) == (role.value in SEES_UNPUBLISHED)
    assert not seen(elsewhere)
    assert Upload.objects.visible_to(upload.owner.user).get() == upload

    uploads.publish([upload])
    assert seen(here)
    assert seen(elsewhere)

    uploads.withdraw([upload])
    assert seen(here) == (role.value in SEES_UNPUBLISHED)


def test_a_file_one_may_not_see_is_not_there(client: Client) -> None:
    upload = make_upload()
    assert client.get(upload.url).status_code == 404

    client.force_login(factories.make_user(post=Post.WORKER, neighbourhood=factories.make_neighbourhood()))
    assert client.get(upload.url).status_code == 404

    client.force_login(upload.owner.user)
    response = client.get(upload.url)
    assert (response.status_code, len(body(response))) == (200, upload.size)


def test_a_picture_is_shown_and_cannot_run(client: Client) -> None:
    upload = make_upload(name="路灯.jpg")
    uploads.publish([upload])

    response = client.get(upload.url)

    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Disposition"].startswith("inline")
    assert response["Cache-Control"] == "private, max-age=3600"
    assert len(body(response)) == upload.size


def test_a_paper_is_handed_over_and_not_shown(client: Client) -> None:
    upload = make_upload(pdf(), "方案.pdf")
    client.force_login(upload.owner.user)

    response = client.get(upload.url)

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E6%96%B9%E6%A1%88.pdf"
    assert response["Cache-Control"] == "private, no-store"
    assert body(response) == pdf()


def test_the_small_picture_is_smaller(client: Client) -> None:
    upload = make_upload(picture(size=(1600, 1600)))
    client.force_login(upload.owner.user)

    small = body(client.get(upload.thumb_url))

    with Image.open(io.BytesIO(small)) as image:
        assert image.size == (480, 480)


def test_media_have_no_address_of_their_own(client: Client) -> None:
    upload = make_upload()
    uploads.publish([upload])

    assert client.get(f"/media/{upload.file.name}").status_code == 404


# --- the field of a form ---


class Form(forms.Form):
    files = FilesField(required=False, most=2)


def sent(*files: object) -> Form:
    form = Form({}, {"files": list(files)} if files else {})
    form.files = type("Files", (dict,), {"getlist": lambda self, name: list(files)})() if files else {}
    return form


def test_the_field_says_its_limits_beforehand() -> None:
    with translation.override("en"):
        assert str(Form().fields["files"].help_text) == f"At most 2 files. {uploads.limits()}"
    assert 'accept="image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,application/pdf"' in str(
        Form()["files"]
    )
    assert "multiple" in str(Form()["files"])


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_field_gives_the_files(count: int) -> None:
    form = sent(*(brought(picture(), f"{number}.jpg") for number in range(count)))

    assert form.is_valid()
    assert [file.name for file in form.cleaned_data["files"]] == [f"{number}.jpg" for number in range(count)]


def test_the_field_names_each_file_that_cannot_be_taken() -> None:
    form = sent(brought(b"<html>", "a.jpg"), brought(b"MZ", "b.jpg"))

    assert not form.is_valid()
    assert ["a.jpg" in form.errors["files"][0], "b.jpg" in form.errors["files"][1]] == [True, True]


def test_the_field_takes_no_more_than_it_says() -> None:
    assert not sent(*(brought(picture()) for _ in range(3))).is_valid()
