"""The text of the PDFs of published pages, so that they are found by it. Read by the periodic work, once a version."""

from __future__ import annotations

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from portal.community import uploads
from portal.community.models import Upload
from portal.kit.pdf_text import text_of
from portal.pages.blocks import keys_of
from portal.pages.models import NoticePage, PapersText, TextPage, WrittenPage
from portal.search import services as search

# Of each kind, in one round of the periodic work.
MOST = 20


def read_waiting() -> None:
    """Read the papers of pages that were published since. Idempotent; what cannot be read is empty."""
    for model in (NoticePage, TextPage):
        for page in model.objects.live().filter(~Exists(_read())).order_by("-pk")[:MOST]:
            read(page)


def read(page: WrittenPage) -> None:
    """Read the papers of one page, and let it be found by them."""
    papers = Upload.objects.filter(pk__in=keys_of(page.raw), content_type=uploads.PDF).order_by(
        "created_at", "pk"
    )
    text = "\n".join(filter(None, (_text(paper) for paper in papers)))
    said = {"revision": page.live_revision_id or 0, "text": text}
    PapersText.objects.update_or_create(page=page, defaults=said)
    if text:
        search.index(page)


def papers_text() -> Coalesce:
    """For a list of pages: the text of the papers of the version that is published."""
    return Coalesce(Subquery(_read().values("text")[:1]), Value(""), output_field=CharField())


def papers_of(page: WrittenPage) -> str:
    """The same for one page."""
    found = PapersText.objects.filter(page=page, revision=page.live_revision_id or 0)
    return found.values_list("text", flat=True).first() or ""


def _read() -> QuerySet[PapersText]:
    return PapersText.objects.filter(page=OuterRef("pk"), revision=Coalesce(OuterRef("live_revision"), 0))


def _text(paper: Upload) -> str:
    try:
        with paper.file.open("rb") as file:
            return text_of(file.read())
    except OSError:
        # Gone from the disk: nothing can be read, and the page is as good without.
        return ""
