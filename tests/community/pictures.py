"""Files as people, and attackers, bring them."""

from __future__ import annotations

import io
import struct
import zlib

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


def brought(content: bytes, name: str = "photo.jpg", content_type: str = "image/jpeg") -> SimpleUploadedFile:
    """The file as a form hands it over."""
    return SimpleUploadedFile(name, content, content_type)
