"""Writing pages on our own screens, over Wagtail's revisions."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import GroupPagePermission, Locale, Page, Revision, Site

from portal.actions.events import announce, log
from portal.community import selectors as community
from portal.community.models import Area, Kind, Upload, User
from portal.kit.errors import NotPossible
from portal.pages.blocks import KINDS as KINDS_OF_SECTIONS
from portal.pages.blocks import keys_of, sections_of
from portal.pages.drafts import save_draft
from portal.pages.events import CORRECTED, NOTICE_CORRECTED, NOTICE_PUBLISHED, PUBLISHED, WITHDRAWN
from portal.pages.models import NeighbourhoodPage, NoticePage, PortalPage, TextPage, WrittenPage
from portal.pages.permissions import PAGES, WRITTEN, home_page
from portal.pages.streams import unfinished
from portal.pages.versions import draft_of, version_of

EDITORS = "District editors"
KINDS: dict[str, type[NoticePage] | type[TextPage]] = {"notice": NoticePage, "text": TextPage}


@transaction.atomic
def found_portal() -> PortalPage:
    """The portal's own root page with its site, made once; an existing one is returned.

    On a fresh database it takes the place of the page with which Wagtail welcomes its installer.
    """
    page = PortalPage.objects.first()
    if page is not None:
        return page
    Locale.objects.get_or_create(language_code="zh-hans")
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
    page = root.add_child(instance=PortalPage(title="邻里共治", slug="portal"))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page": page, "site_name": "邻里共治"}
    )
    # Nothing of the portal is a plain page; the root itself stays.
    for welcome in Page.objects.exact_type(Page).filter(depth=2, numchild=0):
        welcome.delete()
    return page


@transaction.atomic
def found_neighbourhood(neighbourhood: Area, greeting: str = "") -> NeighbourhoodPage:
    """A neighbourhood's page below the portal's, made once; `greeting`: what it says on top from now on."""
    page = NeighbourhoodPage.objects.filter(area=neighbourhood).first()
    if page is None:
        page = NeighbourhoodPage(title=neighbourhood.name, slug=neighbourhood.slug, area=neighbourhood)
        page = found_portal().add_child(instance=page)
    if greeting and greeting != page.greeting:
        page.greeting = greeting
        page.save(update_fields=["greeting"])
    return page


def rename_neighbourhood(neighbourhood: Area) -> None:
    """Call a neighbourhood's page as the neighbourhood is called; its address stays."""
    for page in NeighbourhoodPage.objects.filter(area=neighbourhood).exclude(title=neighbourhood.name):
        page.title = page.draft_title = neighbourhood.name
        page.save(update_fields=["title", "draft_title"])
        if page.latest_revision_id:
            draft = page.get_latest_revision_as_object()
            draft.title = neighbourhood.name
            draft.save_revision()


def found_missing() -> int:
    """Pages for the neighbourhoods that have none, such as those made by an earlier version. Returns how many."""
    without = list(Area.objects.filter(kind=Kind.NEIGHBOURHOOD, page=None))
    for neighbourhood in without:
        found_neighbourhood(neighbourhood)
    return len(without)


@transaction.atomic
def add_page(user: User, here: Area, kind: str, fields: dict[str, Any]) -> NoticePage | TextPage:
    """A new page of a neighbourhood as a draft. `fields`: title, for notices day and shown_until.

    With `body`: Markdown or sections, and perhaps a `picture` (an Upload) that stands first.
    """
    home = home_page(PAGES.get(user, here.slug, "write"))
    given = dict(fields)
    body = sections_of(given.pop("body", ""), given.pop("picture", None))
    page = KINDS[kind](live=False, owner=user, slug=_free_slug(home, given["title"]), body=body, **given)
    home.add_child(instance=page)
    page.save_revision(user=user)
    return page


@transaction.atomic
def edit_page(
    user: User, page: WrittenPage, version: str, fields: dict[str, Any], *, fresh: bool = False
) -> WrittenPage:
    """A page's fields and sections as its newest draft. What is published stays until `publish`.

    `version`: the one its editor read. Raises Overtaken where somebody else saved another one meanwhile.
    """
    saved: WrittenPage = save_draft(user, WRITTEN.take(user, page.pk, "edit"), version, fields, fresh=fresh)
    return saved


@transaction.atomic
def publish(
    user: User, pk: int, version: str = "", why: str = "", *, tell: bool = False, hide: bool = False
) -> WrittenPage:
    """Publish the newest draft, its files with it; a first notice is told to the neighbours.

    `version`: the draft that was looked at. Raises NotPossible where another was saved since, or parts are missing.
    What everybody reads already is corrected by that: `why` stands on the page, with what it said before unless
    `hide` (somebody's data got into it); `tell` the neighbours of it.
    """
    page = WRITTEN.take(user, pk, "publish")
    ready(page, version)
    # Our own door has asked who may; Wagtail's groups know the district's editors only.
    saved = bring_out(page, page.latest_revision, by=user, why=why, hide=hide)
    if tell and why and isinstance(page, NoticePage):
        once = f"{page.pk}:{page.latest_revision_id}"
        announce(NOTICE_CORRECTED, page, to=community.members(page.neighbourhood), once_per=once, why=why)
    return saved


def bring_out(
    page: WrittenPage, revision: Revision, *, by: User | str, why: str = "", hide: bool = False
) -> WrittenPage:
    """Make a revision what everybody reads, in the caller's transaction: its files, the record, the news."""
    first, before = page.first_published_at is None, page.live_revision_id if page.live else None
    user = by if isinstance(by, User) else None
    page.publish(revision, user=user, skip_permission_checks=True)
    told(revision.as_object(), by=by, first=first)
    if why and before:
        # Of the text itself the record keeps nothing: it is for ever, and what is corrected may be somebody's name.
        versions = {} if hide else {"old": before, "new": revision.pk}
        log(CORRECTED, page, by=by, data={"why": why, **versions})
    return page


def told(page: WrittenPage, *, by: User | str, first: bool) -> None:
    """What follows when a page was brought out, whichever way: its files, the record, the news of a `first` time."""
    Upload.objects.filter(pk__in=keys_of(page.raw), area=page.neighbourhood).update(public=True)
    announce(PUBLISHED, page, by=by)
    if first and isinstance(page, NoticePage):
        announce(NOTICE_PUBLISHED, page, to=community.members(page.neighbourhood), once_per=str(page.pk))


def ready(page: WrittenPage, version: str) -> None:
    """Raise NotPossible where the newest draft is not the one that was looked at, or is not finished."""
    if version and version != version_of(page):
        raise NotPossible(_("Somebody else changed the draft meanwhile. Please look at it once more."))
    if missing := unfinished(KINDS_OF_SECTIONS, draft_of(page).raw):
        raise NotPossible(
            _("Before it can be published, please fill in: %(what)s.") % {"what": _("; ").join(missing)}
        )


@transaction.atomic
def withdraw(user: User, pk: int) -> WrittenPage:
    """Take a page off the site; its text and history stay for the writers."""
    page = WRITTEN.take(user, pk, "withdraw")
    UnpublishPageAction(page, user=user).execute(skip_permission_checks=True)
    announce(WITHDRAWN, page, by=user)
    return page


def editors_group() -> Group:
    """The group whose members may use the stock admin: everything below the portal's page."""
    group, made = Group.objects.get_or_create(name=EDITORS)
    if made:
        group.permissions.add(Permission.objects.get(codename="access_admin"))
        page = found_portal()
        for codename in ("add_page", "change_page", "publish_page"):
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
            GroupPagePermission.objects.create(group=group, page=page, permission=permission)
    # Also for a group that an earlier version made, which knew no contact cards.
    group.permissions.add(
        *Permission.objects.filter(content_type__app_label="pages", codename="change_contactcard")
    )
    return group


def _free_slug(home: NeighbourhoodPage, title: str) -> str:
    stem = slugify(title, allow_unicode=True)[:60] or "page"
    taken = set(home.get_children().filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(
        slug for n in range(1, len(taken) + 3) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken
    )
