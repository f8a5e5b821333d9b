"""Word files for tests, written part by part: what an editor writes, and what somebody with bad intent does."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
ROOT = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
    for key, name in (("1", "heading 1"), ("2", "heading 2"), ("a3", "Title"))
)


def paragraph(text: str, style: str = "", bold: str = "") -> str:
    """One paragraph; `bold`: words set in bold before the text."""
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    heavy = f"<w:r><w:rPr><w:b/></w:rPr><w:t>{escape(bold)}</w:t></w:r>" if bold else ""
    return f'<w:p>{named}{heavy}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def table(*cells: str) -> str:
    """A table of one row."""
    row = "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in cells)
    return f"<w:tbl><w:tr>{row}</w:tr></w:tbl>"


def docx(*body: str, head: str = "", **parts: bytes) -> bytes:
    """A .docx of these paragraphs; `head`: what stands before the document, `parts`: further parts by their name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", ROOT)
        archive.writestr("word/styles.xml", f"<w:styles {SPACE}>{STYLES}</w:styles>")
        document = f"<w:document {SPACE}><w:body>{''.join(body)}</w:body></w:document>"
        archive.writestr("word/document.xml", head + document)
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()
