"""Certificates of service: asked for, issued under a number, refused, voided."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.community.models import Area, Person, Post, User
from portal.community.permissions import holders
from portal.community.rules import rule
from portal.community.selectors import signature
from portal.duties import calendar
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import hours as in_hours
from portal.notifications import services as notifications
from portal.notifications.services import Kind
from portal.record import numbers
from portal.record import services as record
from portal.volunteers import certificates as paper
from portal.volunteers.models import Certificate, CertificateLine, HourQuerySet, HourRecord, Volunteer
from portal.volunteers.news import CERTIFICATE_ISSUED, CERTIFICATE_REFUSED, CERTIFICATE_VOIDED
from portal.volunteers.permissions import may_here
from portal.voting.models import Channel

# Who the public record names where no decision about the certificate was taken: one about its hours was.
SYSTEM = "系统"
DUTY = "certificate.issue"


@transaction.atomic
def ask(user: User, here: Area, since: date, until: date) -> Certificate:
    """Ask for one's own certificate of the days from `since` to `until`, both included.

    Raises PermissionDenied for an account without a person, NotPossible for days to come, where no hours were
    booked, and while another request waits.
    """
    if user.person is None:
        raise PermissionDenied("ask")
    return _request(user, here, user.person, since, until, Channel.ONLINE)


@transaction.atomic
def ask_for(user: User, here: Area, person: Person, since: date, until: date) -> Certificate:
    """The same at the counter, by the committee for somebody who has no phone. PermissionDenied for others."""
    if not may_here(user, "issue", here):
        raise PermissionDenied("issue")
    return _request(user, here, person, since, until, Channel.COUNTER)


@transaction.atomic
def issue(user: User, pk: int, *, contact: str = "", remarks: str = "") -> Certificate:
    """Put the records that count on a paper with a number and a fingerprint, for good, and post it.

    Raises PermissionDenied for others than the committee; NotPossible for one's own, for one that was answered
    already, and where the hours have fallen since it was asked for.
    """
    certificate = _waiting(user, pk)
    if certificate.person_id == user.person_id:
        raise NotPossible(_("This is your own certificate: somebody else of the committee issues it."))
    if not certificate.person.real_name:
        raise NotPossible(_("The account was closed and the name is gone: please refuse this request."))
    # Held until commit: a record that is corrected or revoked meanwhile waits, and then finds this certificate.
    found = counted(certificate).select_related("activity", "shift__activity", "team")
    locked = found.order_by("pk").select_for_update(of=("self",), no_key=True)
    records = sorted(locked, key=lambda each: (each.starts_at, each.pk))
    if not records:
        raise NotPossible(_nothing_booked())
    number = numbers.draw_free()
    certificate.body = paper.body(_paper(certificate, user, number, contact, remarks), _lines(records))
    certificate.number, certificate.sha256 = number, paper.fingerprint(certificate.body)
    certificate.minutes = certificate.body["minutes"]
    certificate.issued_at, certificate.issued_by = clock.now(), user.person
    certificate.save()
    CertificateLine.objects.bulk_create(
        CertificateLine(certificate=certificate, record=each) for each in records
    )
    _publish(user, certificate)
    return certificate


@transaction.atomic
def refuse(user: User, pk: int, why: str) -> Certificate:
    """Say no, with a reason its person reads. Raises as `issue`."""
    certificate = _waiting(user, pk)
    certificate.refused_at, certificate.refused_why = clock.now(), why.strip()[:300]
    certificate.save(update_fields=["refused_at", "refused_why"])
    duties.close(DUTY, certificate, by=user)
    _tell(CERTIFICATE_REFUSED, certificate, why=certificate.refused_why)
    return certificate


@transaction.atomic
def void(user: User, pk: int, why: str) -> Certificate:
    """Take the effect from an issued certificate, with a reason anybody reads under its number.

    Raises PermissionDenied for others than the committee, NotPossible where it is not in force.
    """
    certificate = _locked(user, pk)
    if certificate.issued_at is None or certificate.voided_at is not None:
        raise NotPossible(_("Only a certificate in force can be voided."))
    _void(certificate, signature(user, certificate.neighbourhood).name, why)
    return certificate


@transaction.atomic
def void_for(hours: HourRecord, why: str) -> int:
    """Void every certificate in force that counts a record which stands no more. Returns how many there were.

    `why` is what the holder is told and what the page of the number says from now on.
    """
    counting = Certificate.objects.filter(lines__record=hours, issued_at__isnull=False, voided_at=None)
    found = (
        counting.select_for_update(of=("self",), no_key=True).select_related("neighbourhood").order_by("pk")
    )
    falling = list(found)
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


def last_contact(certificate: Certificate) -> dict[str, str]:
    """The contact the committee put on its last certificate here, for the form of the next one."""
    issued = Certificate.objects.filter(neighbourhood=certificate.neighbourhood_id, issued_at__isnull=False)
    last = issued.order_by("-issued_at").values_list("body", flat=True).first() or {}
    return {"contact": last.get("contact", "")}


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
    here = asked.neighbourhood
    duties.open_duty(
        DUTY,
        asked,
        neighbourhood=here,
        title=paper.masked(asked.person.real_name),
        url=reverse("volunteers:certificate", args=[asked.pk]),
        due=calendar.add_working_days(clock.now(), rule("certificate.issue_days", here)),
        post=Post.WORKER,
    )


def _nothing_booked() -> str:
    return _(
        "No hours were booked here on these days. Hours count once their public notice is over; choose other days."
    )


def _lines(records: list[HourRecord]) -> list[paper.Line]:
    return [
        paper.Line(each.day, each.activity.title, each.shift.where, each.team.name, each.minutes)
        for each in records
    ]


def _paper(certificate: Certificate, user: User, number: str, contact: str, remarks: str) -> paper.Paper:
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
        handler=user.person.real_name if user.person else "",
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
    _note(certificate, "certificate.issued", signature(user, here).name)
    _tell(CERTIFICATE_ISSUED, certificate)


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


def _waiting(user: User, pk: int) -> Certificate:
    """A request for the committee to answer, for one answer at a time."""
    certificate = _locked(user, pk)
    if certificate.issued_at is not None or certificate.refused_at is not None:
        raise NotPossible(_("This request was answered already."))
    return certificate


def _locked(user: User, pk: int) -> Certificate:
    found = Certificate.objects.select_for_update(of=("self",)).select_related("neighbourhood", "person")
    certificate = found.get(pk=pk)
    if not may_here(user, "issue", certificate.neighbourhood):
        raise PermissionDenied("issue")
    return certificate


def _void(certificate: Certificate, by: str, why: str) -> None:
    certificate.voided_at, certificate.voided_why = clock.now(), why.strip()[:300]
    certificate.save(update_fields=["voided_at", "voided_why"])
    _note(certificate, "certificate.voided", by)
    _tell(CERTIFICATE_VOIDED, certificate, why=certificate.voided_why)


def _note(certificate: Certificate, action: str, by: str) -> None:
    """Write to the public record: the number and the fingerprint, never whose it is."""
    record.write(
        certificate.neighbourhood.slug,
        action,
        actor=by,
        subject=certificate,
        title=certificate.number or "",
        data={"number": certificate.number, "sha256": certificate.sha256},
    )


def _tell(kind: Kind, certificate: Certificate, **more: str) -> None:
    notifications.send(
        kind,
        User.objects.filter(person=certificate.person_id, is_active=True),
        neighbourhood=certificate.neighbourhood,
        occasion=record.key(certificate),
        url=reverse("volunteers:certificates"),
        params={"number": certificate.number or "", **more},
    )
