"""Publishing items of the catalogue, correcting, adding, taking out; and what of it is owed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import log
from portal.actions.lifecycles import advance
from portal.community import uploads
from portal.community.models import Area, LegalStatus, Upload, User
from portal.duties.services import promises
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.pages.disclosure import catalogue
from portal.pages.disclosure.catalogue import Standing
from portal.pages.disclosure.events import ADDED, CORRECTED, DISCLOSED, RESTORED, RETIRED
from portal.pages.disclosure.models import DisclosureItem, Publication
from portal.pages.disclosure.permissions import CATALOGUE, ITEMS, PUBLICATIONS, STAYS
from portal.pages.disclosure.states import ItemState
from portal.record.fragments import stir
from portal.search import services as search

OWED = "disclosure.publish"


@transaction.atomic
def publish(user: User, pk: int, **fields: Any) -> Publication:
    """Publish an item for the days it covers (`title`, `body`, `papers`, `covers_from`, `covers_to`).

    Raises NotPossible where it says nothing, or where these days are not over.
    """
    item = ITEMS.take(user, pk, "publish")
    before = catalogue.standing([item])[0].owed
    made = _written(user, item, fields)
    log(DISCLOSED, item, by=user, data=_data(made))
    item.arose_on = None
    item.save(update_fields=["arose_on"])
    after = catalogue.standing([item])[0]
    if before != after.owed:
        promises.close(OWED, item, by=user)
    _settle(after)
    return made


@transaction.atomic
def correct(user: User, pk: int, *, reason: str, **fields: Any) -> Publication:
    """Publish in place of what was wrong; both stay readable, with the reason."""
    former = PUBLICATIONS.take(user, pk, "correct")
    if Publication.objects.filter(corrects=former).exists():
        raise NotPossible(_("This was corrected already. Please correct what stands in its place."))
    if not fields.get("papers") and former.file_id:
        fields["kept"] = former.file
    made = _written(user, former.item, fields, corrects=former, reason=reason)
    log(CORRECTED, made, by=user, data={**_data(made), "reason": reason})
    return made


@transaction.atomic
def arose(user: User, pk: int, *, day: date) -> DisclosureItem:
    """Something of an item happened or changed on a day: from then on it is owed."""
    item = ITEMS.take(user, pk, "arose")
    if item.arose_on:
        raise NotPossible(_("It is noted already; it is to be published first."))
    item.arose_on = day
    item.save(update_fields=["arose_on"])
    _settle(catalogue.standing([item])[0])
    stir(item.neighbourhood.slug)
    return item


@transaction.atomic
def add(user: User, slug: str, fields: dict[str, Any]) -> DisclosureItem:
    """Add an item of the neighbourhood's own practice to its catalogue."""
    here = CATALOGUE.take(user, slug, "add")
    item = DisclosureItem.objects.create(neighbourhood=here, status=LegalStatus.PRACTICE, **fields)
    search.index(item)
    log(ADDED, item, by=user)
    return item


@transaction.atomic
def retire(user: User, pk: int, *, reason: str) -> DisclosureItem:
    """Take an item out of the catalogue; what was published stays. NotPossible for what the law asks for."""
    item = ITEMS.take(user, pk, "retire")
    if item.statutory:
        raise NotPossible(str(STAYS))
    advance(item, ItemState.RETIRED, retired_on=clock.today())
    search.drop(item)
    promises.drop(item, OWED)
    log(RETIRED, item, by=user, data={"reason": reason})
    return item


@transaction.atomic
def restore(user: User, pk: int) -> DisclosureItem:
    """Put an item back; it is owed from today on."""
    item = ITEMS.take(user, pk, "restore")
    advance(item, ItemState.LISTED, retired_on=None, since=clock.today())
    search.index(item)
    log(RESTORED, item, by=user)
    return item


def remind() -> None:
    """Let posts owe what is to be published now. Idempotent: one duty an item."""
    items = DisclosureItem.objects.filter(retired_on=None, neighbourhood__retired_on=None)
    for one in catalogue.standing(items.select_related("neighbourhood").order_by("pk")):
        with transaction.atomic():
            _settle(one)


def _settle(one: Standing) -> None:
    """What is owed now is owed by the post the item names; what is owed no more, as when a feed came, by nobody."""
    if one.owed is None or not one.owed.opens:
        promises.drop(one.item, OWED)
        return
    named = _named(one.item, one.owed.last)
    promises.open_duty(OWED, one.item, due=one.owed.due, post=one.item.publisher, title=named)


def _named(item: DisclosureItem, last: date) -> str:
    return f"{item.title}（{last.year}年{last.month}月）"


def _written(
    user: User,
    item: DisclosureItem,
    fields: dict[str, Any],
    corrects: Publication | None = None,
    reason: str = "",
) -> Publication:
    files: list[UploadedFile[Any]] = fields.pop("papers", None) or []
    kept: Upload | None = fields.pop("kept", None)
    if not fields.get("body") and not files and kept is None:
        raise NotPossible(_("Please write a text or add a file."))
    if fields["covers_to"] > clock.today():
        raise NotPossible(_("These days are not over yet."))
    file = _public(user, item.neighbourhood, files[0]) if files else kept
    made = Publication.objects.create(
        item=item,
        file=file,
        published_by=user,
        published_at=clock.now(),
        corrects=corrects,
        reason=reason,
        **fields,
    )
    search.index(made)
    return made


def _public(user: User, here: Area, file: UploadedFile[Any]) -> Upload:
    upload = uploads.accept(user, here, file)
    uploads.publish([upload])
    return upload


def _data(made: Publication) -> dict[str, Any]:
    said = {"publication": made.pk, "from": made.covers_from.isoformat(), "to": made.covers_to.isoformat()}
    return said | ({"sha256": made.file.sha256} if made.file else {})
