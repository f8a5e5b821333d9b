"""The text of a PDF, read in a process of its own: a document made to take all memory or time takes that one only.

Run as a program it reads a PDF on its standard input and writes the text; it needs nothing of the portal.
"""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_PAGES, MOST_SIGNS = 60, 60_000
MOST_SECONDS, MOST_BYTES = 20, 768 * 1024**2


def text_of(content: bytes) -> str:
    """What can be read in a PDF, its first pages; empty for a scan, and where it cannot be read in time."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "portal.kit.pdf_text"],
            cwd=ROOT,
            input=content,
            capture_output=True,
            check=True,
            timeout=3 * MOST_SECONDS,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="ignore").replace("\0", "")


def _mended(content: bytes) -> bytes:
    """The same document with its list of objects in order, which not every program writes."""
    import pikepdf  # noqa: PLC0415 - as above

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(out)
    return out.getvalue()


def main() -> None:
    """Read, within bounds of memory and of processor time."""
    import resource  # noqa: PLC0415 - not where another system runs the portal

    from pypdf import PdfReader  # noqa: PLC0415 - large, and for this process alone

    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    left, content = MOST_SIGNS, sys.stdin.buffer.read()
    for page in PdfReader(io.BytesIO(_mended(content))).pages[:MOST_PAGES]:
        text = page.extract_text()[:left]
        sys.stdout.buffer.write(f"{text}\n".encode(errors="ignore"))
        sys.stdout.buffer.flush()
        left -= len(text)


if __name__ == "__main__":
    main()
