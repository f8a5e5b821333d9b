"""Files as people, and attackers, bring them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pillow_heif
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo

SECRET = "甲区密语-7F3A"


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (400, 200), mode: str = "RGB", **options: object
) -> bytes:
    """A red left half and a blue right half."""
    image = Image.new(mode, size, "red" if mode in {"RGB", "RGBA"} else 1)
    image.paste("blue" if mode in {"RGB", "RGBA"} else 0, (size[0] // 2, 0, size[0], size[1]))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def tagged(kind: str = "JPEG", orientation: int = 1) -> bytes:
    """A picture with position, camera, serial number, XMP, a comment, and an orientation."""
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    exif[Base.Make] = SECRET
    exif[Base.BodySerialNumber] = SECRET
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (31.0, 13.0, 48.0)
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitudeRef] = "N"
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()
    options: dict[str, object] = {"exif": exif.tobytes()}
    if kind == "PNG":
        text = PngInfo()
        text.add_text("Comment", SECRET)
        text.add_itxt("XML:com.adobe.xmp", xmp.decode())
        options["pnginfo"] = text
    else:
        options |= {"xmp": xmp} | ({"comment": SECRET.encode()} if kind == "JPEG" else {})
    return picture(kind, **options)


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that claims, and unpacks to, any number of pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(9)
    row = b"\x00" * (width // 8 + 2)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def pdf(inside: bytes = b"") -> bytes:
    """A PDF of one empty page."""
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[9 0 R]/Count 1>>endobj\n"
        b"9 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
        + inside
        + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def packed_pdf(inside: bytes) -> bytes:
    """The same with an object hidden in a compressed stream."""
    body = zlib.compress(inside)
    return pdf(
        b"5 0 obj<</Type/ObjStm/Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj"
        % (len(body), body)
    )


def heic(size: tuple[int, int] = (400, 200), orientation: int = 1) -> bytes:
    """The same picture as a phone keeps it, with its maker and how it was held."""
    exif = Image.Exif()
    exif[Base.Orientation], exif[Base.Make] = orientation, SECRET
    image = Image.open(io.BytesIO(picture("PNG", size)))
    out = io.BytesIO()
    pillow_heif.from_pillow(image).save(out, exif=exif.tobytes())
    return out.getvalue()


def lying_heic() -> bytes:
    """One that says it has 100 × 100 pixels and unpacks to 36 times as many."""
    content = heic((600, 600))
    return content.replace(
        b"ispe" + struct.pack(">III", 0, 600, 600), b"ispe" + struct.pack(">III", 0, 100, 100)
    )


PACKED = pikepdf.ObjectStreamMode.generate


def hides_a_script(document: pikepdf.Pdf) -> None:
    """Three levels deep in what no reader needs."""
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    document.Root.Extra = pikepdf.Array(
        [document.make_indirect(pikepdf.Array([pikepdf.Dictionary(A=script)]))]
    )


def opens_on_its_page(document: pikepdf.Pdf) -> None:
    """As every word processor writes it: harmless."""
    page = document.pages[0].obj
    document.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.GoTo, D=pikepdf.Array([page, pikepdf.Name.Fit])
    )


def prints_itself(document: pikepdf.Pdf) -> None:
    """Opens the window for printing as soon as it is read."""
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Named, N=pikepdf.Name.Print)


def acts_on_a_page(document: pikepdf.Pdf) -> None:
    """Does something when its page is turned to."""
    document.pages[0].obj.AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.GoTo))


def real_pdf(change: Callable[[pikepdf.Pdf], None] = lambda document: None, **options: Any) -> bytes:
    """A whole PDF of one page with its table of objects, as programs write them; `change` adds to it."""
    document = pikepdf.new()
    document.add_blank_page()
    change(document)
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def brought(content: bytes, name: str = "photo.jpg", content_type: str = "image/jpeg") -> SimpleUploadedFile:
    """The file as a form hands it over."""
    return SimpleUploadedFile(name, content, content_type)
