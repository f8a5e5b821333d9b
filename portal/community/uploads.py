"""Files people bring: judged by their content, pictures drawn anew, nothing of the original bytes kept of them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from portal.community.models import Area, Upload, User
from portal.kit import pdf, wording
from portal.kit.errors import NotPossible

PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
# What phones of one maker take photos in. Few browsers show it, so it is kept as JPEG.
HEIF = "HEIF"
TAKEN = {**PICTURES, HEIF: "image/jpeg"}
PDF = "application/pdf"
ACCEPT = ",".join([*PICTURES.values(), "image/heic", "image/heif", ".heic", PDF])
HEAD = 1024
# What is raised at a picture that is none, is damaged, or (HEIC: RuntimeError) holds more than its header says.
UNREADABLE = (OSError, SyntaxError, ValueError, RuntimeError, Image.DecompressionBombError)


@dataclass(frozen=True)
class Picture:
    """A picture drawn anew: its bytes, those of the small one, and its size in pixels."""

    content: bytes
    small: bytes
    content_type: str
    width: int
    height: int


def limits() -> str:
    """What can be taken, in the reader's words, to be shown before anybody chooses a file."""
    return _("Photos (JPEG, PNG, WebP, HEIC) up to %(picture)s each, PDF up to %(pdf)s.") % {
        "picture": wording.file_size(settings.PICTURE_MAX_BYTES),
        "pdf": wording.file_size(settings.PDF_MAX_BYTES),
    }


def picture_limits() -> str:
    """What can be taken where only pictures are, before anybody chooses one."""
    size = wording.file_size(settings.PICTURE_MAX_BYTES)
    return _("Photos (JPEG, PNG, WebP, HEIC) up to %(size)s each.") % {"size": size}


def pdf_limits() -> str:
    """What can be taken where only PDFs are."""
    return _("A PDF up to %(size)s.") % {"size": wording.file_size(settings.PDF_MAX_BYTES)}


def check(file: UploadedFile[Any]) -> str:
    """The content type of a file that could be taken, judged by size and content, never by its name.

    Raises NotPossible with the reason. Reads headers only for a picture: `accept` may still find it damaged.
    """
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise NotPossible(_("“%(name)s” is empty. Please choose another file.") % {"name": file.name})
    if head.startswith(b"%PDF-"):
        return _check_pdf(file)
    return _check_picture(file)


def accept(user: User, area: Area, file: UploadedFile[Any], alt: str = "", *, closed: bool = False) -> Upload:
    """Keep a file, visible to its owner and to those who screen the area until it is published.

    `closed`: to nobody but those who may read what it belongs to. Raises NotPossible with the reason; also where the
    account is tied to no person.
    """
    if user.person is None:
        raise NotPossible(_("Please join your dwelling first; then files can be added."))
    content_type = check(file)
    upload = Upload(
        area=area,
        owner=user.person,
        name=_plain_name(file.name),
        alt=alt[:200],
        content_type=content_type,
        closed=closed,
    )
    if content_type == PDF:
        file.seek(0)
        return _keep(upload, file.read())
    picture = redrawn(file)
    upload.content_type, upload.width, upload.height = picture.content_type, picture.width, picture.height
    upload.thumbnail.save("", ContentFile(picture.small), save=False)
    return _keep(upload, picture.content)


def describe(upload: Upload, alt: str, caption: str = "") -> None:
    """Say what a picture shows, and what stands under it; nothing where nothing is said."""
    said = {"alt": alt.strip()[:200], "caption": caption.strip()[:120]}
    Upload.objects.filter(pk=upload.pk).update(**{name: text for name, text in said.items() if text})


def cover_of(uploads: QuerySet[Upload], chosen: Upload | None) -> Upload | None:
    """The picture that stands for something: the one that was chosen while it is there, else the first."""
    pictures = uploads.filter(content_type__startswith="image/").order_by("created_at", "pk")
    kept = pictures.filter(pk=chosen.pk).first() if chosen else None
    return kept or pictures.first()


def publish(uploads: Iterable[Upload]) -> None:
    """Let everybody see the files."""
    Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).update(public=True)


def withdraw(uploads: Iterable[Upload]) -> None:
    """Take files back from the public, as when what they belong to is hidden."""
    Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).update(public=False)


def forget(upload: Upload) -> None:
    """Delete a file that nothing names any more, its bytes too once that is certain."""
    files = [one for one in (upload.file, upload.thumbnail) if one]
    upload.delete()
    for one in files:
        transaction.on_commit(partial(one.storage.delete, str(one.name)))


def plain(file: UploadedFile[Any]) -> bytes:
    """What would be kept of a file that passed `check`. Raises NotPossible for a damaged picture."""
    file.seek(0)
    if file.read(HEAD).startswith(b"%PDF-"):
        file.seek(0)
        return file.read()
    return redrawn(file).content


def redrawn(file: UploadedFile[Any]) -> Picture:
    """The picture upright, within the largest edge, without position, camera or any other attached data."""
    try:
        with _opened(file) as image:
            image.draft("RGB", (settings.PICTURE_EDGE, settings.PICTURE_EDGE))
            return _drawn(image, image.format or "")
    except UNREADABLE as error:
        raise NotPossible(_damaged(file)) from error


def _opened(file: UploadedFile[Any]) -> Image.Image:
    """The picture, its headers read; of a kind that is taken, whatever else the library could read."""
    _register_heif()
    file.seek(0)
    return Image.open(file, formats=list(TAKEN))


@cache
def _register_heif() -> None:
    """Teach the library HEIC, when the first picture comes."""
    import pillow_heif  # noqa: PLC0415

    pillow_heif.register_heif_opener(thumbnails=False)


def _drawn(image: Image.Image, original: str) -> Picture:
    """Made small first, then turned and copied: only the one that was read is ever whole in memory."""
    clear = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    small_first = image if image.mode in {"RGB", "RGBA", "L"} else image.convert("RGBA" if clear else "RGB")
    small_first.thumbnail((settings.PICTURE_EDGE, settings.PICTURE_EDGE), reducing_gap=3.0)
    flat = ImageOps.exif_transpose(small_first).convert("RGBA" if clear else "RGB")
    kind = "JPEG" if original in {"JPEG", HEIF} and not clear else "WEBP"
    small = flat.copy()
    small.thumbnail((settings.PICTURE_SMALL_EDGE, settings.PICTURE_SMALL_EDGE))
    return Picture(_bytes(flat, kind), _bytes(small, kind), PICTURES[kind], flat.width, flat.height)


def _bytes(image: Image.Image, kind: str) -> bytes:
    """Pixels only: a picture made new has no comment, profile or tag that an encoder could carry over."""
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    out = io.BytesIO()
    bare.save(out, kind, quality=82)
    return out.getvalue()


def _keep(upload: Upload, content: bytes) -> Upload:
    upload.size, upload.sha256 = len(content), hashlib.sha256(content).hexdigest()
    upload.file.save("", ContentFile(content), save=False)
    upload.save(force_insert=True)
    return upload


def _check_pdf(file: UploadedFile[Any]) -> str:
    _no_larger(file, settings.PDF_MAX_BYTES)
    file.seek(0)
    reason = pdf.objection(file.read())
    if reason:
        raise NotPossible(f"{file.name}: {reason}")
    return PDF


def _check_picture(file: UploadedFile[Any]) -> str:
    _no_larger(file, settings.PICTURE_MAX_BYTES)
    try:
        with _opened(file) as image:
            pixels, most, kind = image.width * image.height, _most_pixels(image), TAKEN[image.format or ""]
    except UNREADABLE as error:
        raise NotPossible(
            _(
                "“%(name)s” is not a photo (JPEG, PNG, WebP, HEIC) or a PDF that can be read. "
                "Please choose another file."
            )
            % {"name": file.name}
        ) from error
    if pixels > most:
        raise NotPossible(
            _("“%(name)s” has more than %(limit)d million pixels. Please make it smaller first.")
            % {"name": file.name, "limit": most // 1_000_000}
        )
    return kind


def _most_pixels(image: Image.Image) -> int:
    """How many pixels are taken: fewer where the picture cannot be made smaller while it is read."""
    shrinks = image.format == "JPEG" and not image.info.get("progressive")
    most: int = settings.PICTURE_MAX_PIXELS
    return most if shrinks else min(most, settings.PICTURE_WHOLE_MAX_PIXELS)


def _no_larger(file: UploadedFile[Any], limit: int) -> None:
    if (file.size or 0) > limit:
        raise NotPossible(
            _("“%(name)s” is larger than %(limit)s. Please choose a smaller one.")
            % {"name": file.name, "limit": wording.file_size(limit)}
        )


def _damaged(file: UploadedFile[Any]) -> str:
    return _("“%(name)s” is damaged and cannot be shown. Please choose another file.") % {"name": file.name}


def _plain_name(name: str | None) -> str:
    """The last part of a name, without signs that could steer a file system, a header or a page."""
    last = PurePath((name or "").replace("\\", "/")).name
    kept = "".join(sign for sign in last if sign.isprintable() and sign not in '"<>:|?*;')
    return kept[-120:] or "file"
