"""Certificates of service: asked for, issued under a number, refused, voided."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.actions.events import SYSTEM, Event, announce
from portal.actions.lifecycles import advance
from portal.community.models import Area, Person, Post, User
from portal.community.permissions import holders
from portal.community.rules import rule
from portal.community.selectors import accounts_of, person_of
from portal.duties import calendar
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import hours as in_hours
from portal.record import numbers
from portal.volunteers import certificates as paper
from portal.volunteers.events import CERTIFICATE_ISSUED, CERTIFICATE_REFUSED, CERTIFICATE_VOIDED
from portal.volunteers.models import Certificate, CertificateLine, HourQuerySet, HourRecord, Volunteer
from portal.volunteers.permissions import CERTIFICATES, PLACES
from portal.volunteers.states import CertificateState
from portal.voting.models import Channel

DUTY = "certificate.issue"


@transaction.atomic
def ask(user: User, here: Area, since: date, until: date) -> Certificate:
    """Ask for one's own certificate of the days from `since` to `until`, both included.

    Raises NotPossible for an account without a person, for days to come, where no hours were booked, and while
    another request waits.
    """
    return _request(user, here, person_of(user), since, until, Channel.ONLINE)


@transaction.atomic
def ask_for(user: User, here: Area, person: Person, since: date, until: date) -> Certificate:
    """The same at the counter, by the committee for somebody who has no phone. PermissionDenied for others."""
    PLACES.get(user, here.slug, "certificates")
    return _request(user, here, person, since, until, Channel.COUNTER)


@transaction.atomic
def issue(user: User, pk: int, *, contact: str = "", remarks: str = "") -> Certificate:
    """Put the records that count on a paper with a number and a fingerprint, for good, and post it.

    Raises Http404 where it must not be known, PermissionDenied for others than the committee; NotPossible for
    one's own, for one that was answered already, and where the hours have fallen since it was asked for.
    """
    certificate, by = CERTIFICATES.take(user, pk, "issue"), person_of(user)
    if certificate.person_id == by.pk:
        raise NotPossible(_("This is your own certificate: somebody else of the committee issues it."))
    if not certificate.person.real_name:
        raise NotPossible(_("The account was closed and the name is gone: please refuse this request."))
    records = _locked_records(certificate)
    if not records:
        raise NotPossible(_nothing_booked())
    number = numbers.draw_free()
    body = paper.body(_paper(certificate, by, number, contact, remarks), _lines(records))
    advance(
        certificate,
        CertificateState.ISSUED,
        number=number,
        body=body,
        sha256=paper.fingerprint(body),
        minutes=body["minutes"],
        issued_at=clock.now(),
        issued_by=by,
    )
    CertificateLine.objects.bulk_create(
        CertificateLine(certificate=certificate, record=each) for each in records
    )
    _publish(user, certificate)
    return certificate


@transaction.atomic
def refuse(user: User, pk: int, why: str) -> Certificate:
    """Say no, with a reason its person reads. Raises as `issue`."""
    certificate, why = CERTIFICATES.take(user, pk, "refuse"), why.strip()[:300]
    advance(certificate, CertificateState.REFUSED, refused_at=clock.now(), refused_why=why)
    duties.close(DUTY, certificate, by=user)
    _notify(CERTIFICATE_REFUSED, certificate, user, reason=why)
    return certificate


@transaction.atomic
def void(user: User, pk: int, why: str) -> Certificate:
    """Take the effect from an issued certificate, with a reason anybody reads under its number.

    Raises as `issue`; NotPossible where it is not in force.
    """
    certificate = CERTIFICATES.take(user, pk, "void")
    _void(certificate, user, why)
    return certificate


@transaction.atomic
def void_for(hours: HourRecord, why: str) -> int:
    """Void every certificate in force that counts a record which stands no more. Returns how many there were.

    `why` is what the holder is told and what the page of the number says from now on.
    """
    counting = Certificate.objects.filter(lines__record=hours, issued_at__isnull=False, voided_at=None)
    found = counting.select_for_update(of=("self",), no_key=True).order_by("pk")
    falling = list(found.select_related("neighbourhood"))
    for certificate in falling:
        _void(certificate, SYSTEM, why)
    return len(falling)


def counted(certificate: Certificate) -> HourQuerySet:
    """The service hours of its person, in its place, on its days: what it counts when it is issued now."""
    records = HourRecord.objects.counted().filter(
        person=certificate.person_id,
        neighbourhood=certificate.neighbourhood_id,
        day__gte=certificate.since,
        day__lte=certificate.until,
    )
    return records.order_by("starts_at", "pk")


def last_contact(certificate: Certificate) -> str:
    """The contact the committee put on its last certificate here, for the form of the next one."""
    issued = Certificate.objects.filter(neighbourhood=certificate.neighbourhood_id, issued_at__isnull=False)
    last = issued.order_by("-issued_at").values_list("body", flat=True).first() or {}
    return str(last.get("contact", ""))


def _request(
    user: User, here: Area, person: Person, since: date, until: date, channel: Channel
) -> Certificate:
    if until > clock.today():
        raise NotPossible(_("A certificate counts what was done: its last day cannot lie ahead."))
    # Two presses at once: the second waits here and then finds the request of the first.
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    asked = Certificate(person=person, neighbourhood=here, since=since, until=until, channel=channel)
    if not counted(asked).exists():
        raise NotPossible(_nothing_booked())
    if Certificate.objects.filter(
        person=person, neighbourhood=here, issued_at=None, refused_at=None
    ).exists():
        raise NotPossible(_("A request already waits for the committee's answer. Please wait for it."))
    asked.requested_by = user
    asked.save()
    _ask_committee(asked)
    return asked


def _ask_committee(asked: Certificate) -> None:
    duties.open_duty(
        DUTY,
        asked,
        title=paper.masked(asked.person.real_name),
        due=calendar.add_working_days(clock.now(), rule("certificate.issue_days", asked.neighbourhood)),
        post=Post.WORKER,
    )


def _nothing_booked() -> str:
    return _(
        "No hours were booked here on these days. Hours count once their public notice is over; choose other days."
    )


def _locked_records(certificate: Certificate) -> list[HourRecord]:
    """What counts, held until commit: a record that falls meanwhile waits, and then finds this certificate."""
    found = counted(certificate).select_related("activity", "shift__activity", "team").order_by("pk")
    held = found.select_for_update(of=("self",), no_key=True)
    return sorted(held, key=lambda each: (each.starts_at, each.pk))


def _lines(records: list[HourRecord]) -> list[paper.Line]:
    return [
        paper.Line(each.day, each.activity.title, each.shift.where, each.team.name, each.minutes)
        for each in records
    ]


def _paper(certificate: Certificate, by: Person, number: str, contact: str, remarks: str) -> paper.Paper:
    here, person = certificate.neighbourhood, certificate.person
    heads = [held.person.real_name for held in holders(Post.DIRECTOR, here)]
    sites = Volunteer.objects.filter(person=person).values_list("site_number", flat=True)
    return paper.Paper(
        number=number,
        name=person.real_name,
        site_number=sites.first() or "",
        since=certificate.since,
        until=certificate.until,
        issued_on=clock.today(),
        issuer=paper.issuer(here.name),
        handler=by.real_name,
        head="、".join(heads),
        contact=contact.strip(),
        remarks=remarks.strip(),
    )


def _publish(user: User, certificate: Certificate) -> None:
    """Posted for the days of the rule, without the name; in the record by number and fingerprint."""
    here = certificate.neighbourhood
    duties.close(DUTY, certificate, by=user)
    with translation.override(settings.LANGUAGE_CODE):
        title, text = _notice(certificate)
    duties.post_notice(
        certificate,
        "certificate",
        neighbourhood=here,
        title=title,
        body=text,
        url=reverse("voting:receipt", args=[certificate.number]),
        ends_at=calendar.calendar_days(clock.now(), rule("certificate.public_notice", here)).at,
    )
    _notify(CERTIFICATE_ISSUED, certificate, user)


def _notice(certificate: Certificate) -> tuple[str, str]:
    """Title and text of its public notice, in the portal's language: posted on paper too."""
    title = _("Service record certificate %(number)s") % {"number": certificate.number}
    text = _("%(name)s, from %(since)s to %(until)s: %(hours)s of volunteer service, as booked.") % {
        "name": paper.masked(certificate.person.real_name),
        "since": certificate.since.isoformat(),
        "until": certificate.until.isoformat(),
        "hours": in_hours(certificate.minutes),
    }
    return title, text


def _void(certificate: Certificate, by: User | str, why: str) -> None:
    why = why.strip()[:300]
    advance(certificate, CertificateState.VOIDED, voided_at=clock.now(), voided_why=why)
    _notify(CERTIFICATE_VOIDED, certificate, by, reason=why)


def _notify(event: Event, certificate: Certificate, by: User | str, **params: Any) -> None:
    """The public record, and its person."""
    to = accounts_of(certificate.person_id)
    announce(event, certificate, by=by, to=to, number=certificate.title, **params)
