"""Begun once, saved part by part: what somebody writes is kept until it is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.versions import Overtaken, save_version
from portal.community import uploads
from portal.community.models import Area, Kind, Person, PersonKind, User
from portal.community.places import below
from portal.community.selectors import person_of
from portal.deliberation.models import Topic
from portal.funds.applying import changes
from portal.funds.applying.permissions import APPLICATIONS, CALLS
from portal.funds.applying.steps import BY_KEY
from portal.funds.applying.traces import trace
from portal.funds.models import ApplicantKind, Application, Call, PayeeKind
from portal.funds.states import ApplicationState
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import compared
from portal.surveys.models import Demand

# Of one person in one round: more are begun by mistake.
MOST_DRAFTS = 5
# A name of fewer signs is somebody's own.
SHORTEST_PAYEE = 5


@transaction.atomic
def begin(
    user: User,
    call_pk: int,
    title: str,
    kind: str,
    group: str,
    *,
    demand: Demand | None = None,
    topic: Topic | None = None,
) -> Application:
    """Begin an application as its lead. Raises NotPossible outside the window, for minors and past `MOST_DRAFTS`."""
    call = CALLS.take(user, call_pk, "apply")
    person = person_of(user)
    made = _new(call, person, title, kind, group, demand=demand, topic=topic)
    trace(made, "begun", by=user)
    return made


@transaction.atomic
def take_in(
    user: User,
    call_pk: int,
    person: Person,
    title: str,
    kind: str,
    group: str,
    paper: UploadedFile[Any],
) -> Application:
    """Begin an application for somebody without a phone, from the sheet that they signed. The desk writes the rest."""
    call = CALLS.take(user, call_pk, "take_in")
    if User.objects.filter(person=person, is_active=True).exists():
        raise NotPossible(
            _("%(name)s has an account and can apply without you.") % {"name": person.public_name}
        )
    kept = uploads.accept(user, call.neighbourhood, paper)
    made = _new(call, person, title, kind, group, entered_by=person_of(user), paper=kept)
    trace(made, "taken_in", by=user)
    return made


@transaction.atomic
def save_step(
    user: User,
    pk: int,
    step: str,
    values: Mapping[str, Any],
    version: int,
    *,
    cover: UploadedFile[Any] | None = None,
) -> Application:
    """Save one part of a draft, or of an application that was given back. Other parts stay as they are.

    `version`: what its writer had opened. Raises Overtaken where somebody else saved this very part since, NotPossible
    for what cannot be said here; KeyError where there is no such part.
    """
    fields = BY_KEY[step].fields
    application = APPLICATIONS.take(user, pk, "write")
    require_in_time(application)
    if application.written.get(step, 0) > version:
        raise Overtaken(application)
    new = {name: values[name] for name in fields if name in values}
    _require(application, new)
    if cover is not None:
        new["cover"] = _picture(user, application, cover)
    changes.note(application, user, changes.of_fields(application, new))
    for name, value in new.items():
        setattr(application, name, value)
    application.written = {**application.written, step: application.version + 1}
    save_version(application, application.version, [*new, "written"])
    return application


def require_in_time(application: Application) -> None:
    """Refuse where it can be handed in no more: a draft with the window, one given back with the review's end."""
    call = application.call
    if application.state == ApplicationState.RETURNED:
        return
    require_window(call)


def require_window(call: Call) -> None:
    """Refuse outside the days in which applications are taken."""
    if call.opens_at is not None and clock.now() < call.opens_at:
        raise NotPossible(_("Applications are not taken yet."))
    if not call.takes_applications:
        raise NotPossible(
            _("The time for applications is over. Nothing can be written or handed in any more.")
        )


def require_kind(call: Call, kind: str) -> None:
    """Refuse who may not apply in a round."""
    if kind not in call.applicants:
        label = dict(ApplicantKind.choices).get(kind, kind)
        raise NotPossible(_("This round is not for: %(kind)s") % {"kind": label})


def places_of(here: Area) -> list[Area]:
    """Where a project can be: the neighbourhood, its estates, its buildings."""
    return [here, *below(here, Kind.ESTATE), *below(here, Kind.BUILDING)]


def committee_of(here: Area) -> str:
    """The holder of the committee's account, as a bank knows it."""
    return f"{here.name}居民委员会"


def _new(call: Call, lead: Person, title: str, kind: str, group: str, **rest: Any) -> Application:
    require_window(call)
    require_kind(call, kind)
    if not lead.is_adult(clock.today()):
        raise NotPossible(_("Only adults can lead an application: it ends in an agreement about money."))
    _require_place(call.neighbourhood, rest.get("topic"), rest.get("demand"))
    begun = Application.objects.filter(call=call, lead=lead, state=ApplicationState.DRAFT).count()
    if begun >= MOST_DRAFTS:
        raise NotPossible(
            _("You have %(n)d drafts in this round already. Please go on with one of them.") % {"n": begun}
        )
    return Application.objects.create(
        call=call,
        lead=lead,
        title=title.strip(),
        kind=kind,
        group=group.strip(),
        scope=call.neighbourhood,
        **rest,
    )


def _require(application: Application, new: dict[str, Any]) -> None:
    here = application.neighbourhood
    if "kind" in new:
        require_kind(application.call, new["kind"])
    if new.get("scope") is not None and not new["scope"].within(here):
        raise NotPossible(_("Please choose one of this neighbourhood."))
    _require_place(here, new.get("topic"), new.get("demand"))
    if "payee_kind" in new:
        new["payee"] = _payee(application, new["payee_kind"], new.get("payee", ""))


def _require_place(here: Area, topic: Topic | None, demand: Demand | None) -> None:
    if topic is not None and not Topic.objects.public().filter(pk=topic.pk, neighbourhood=here).exists():
        raise NotPossible(_("Please choose one of this neighbourhood."))
    if demand is not None and demand.survey.neighbourhood_id != here.pk:
        raise NotPossible(_("Please choose one of this neighbourhood."))


def _payee(application: Application, kind: str, name: str) -> str:
    """The holder of the account: the committee, or an organisation by its full name; never a person."""
    name = name.strip()
    if kind == PayeeKind.COMMITTEE:
        return committee_of(application.neighbourhood)
    if kind == PayeeKind.ORGANISATION and not name:
        raise NotPossible(_("Please write the full registered name of the organisation."))
    if name and (len(name) < SHORTEST_PAYEE or _is_person(name)):
        raise NotPossible(
            _("Money never goes to a private account. Please write the registered name of an organisation.")
        )
    return name


def _is_person(name: str) -> bool:
    key = compared(name)
    return Person.objects.filter(name_key=key, kind=PersonKind.NATURAL).exists()


def _picture(user: User, application: Application, file: UploadedFile[Any]) -> Any:
    kept = uploads.accept(user, application.neighbourhood, file, alt=application.title)
    if not kept.is_image:
        raise NotPossible(_("“%(name)s” is not a photo. Please choose another file.") % {"name": file.name})
    return kept
