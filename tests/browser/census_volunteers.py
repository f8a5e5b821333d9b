"""Every kind of page about volunteers; what the demo lacks is made here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from portal.community.models import Person, User
from portal.duties.models import PublicNotice
from portal.kit import clock
from portal.volunteers.models import Activity, Certificate, HourRecord, Membership, Shift, Signup, Team
from portal.volunteers.states import HourState, SignupState
from tests.browser.sights import BOTH, NOBODY, Sight, seen

PLACE, RESIDENT, STAFF = "tianxin", "chen", "wang"
LEADER = "volunteer"


def of_volunteers() -> Iterator[Sight]:
    """Public pages, then those of volunteers, of who keeps the lists, and of the committee."""
    yield from _public()
    yield from _of_volunteers()
    yield from _of_keepers()
    yield from _of_committee()
    yield from _of_the_young()


def _public() -> Iterator[Sight]:
    for name in ("activities", "teams", "overview", "sums"):
        yield from seen(
            f"volunteers:{name}", reverse(f"volunteers:{name}", args=[PLACE]), (NOBODY, RESIDENT), BOTH
        )
    yield from seen("volunteers:sums", reverse("volunteers:sums", args=["shifan"]), (NOBODY,), BOTH)
    yield from _page("team", _led(), NOBODY, RESIDENT, LEADER)
    ahead = _ahead()
    yield from _page("activity", ahead.activity.pk, NOBODY, LEADER)
    yield from _page("activity_print", ahead.activity.pk, NOBODY)
    yield from _page("shift", ahead.pk, NOBODY, RESIDENT, LEADER)
    notice = PublicNotice.objects.filter(purpose="hours").latest("pk")
    yield from _page("hours_notice", notice.pk, NOBODY, RESIDENT)
    number = Certificate.objects.exclude(number=None).latest("pk").number
    yield from seen("voting:receipt", reverse("voting:receipt", args=[number]), (NOBODY,), BOTH)


def _of_volunteers() -> Iterator[Sight]:
    for name in ("my_activities", "my_hours", "me_volunteer", "certificates", "certificate_ask"):
        yield from seen(f"volunteers:{name}", reverse(f"volunteers:{name}"), (LEADER,), BOTH)
    person = _person(RESIDENT)
    free = Shift.objects.wanting().exclude(signups__person=person).earliest("starts_at")
    yield from _act("shift_act", free.pk, "sign-up", RESIDENT)
    own = Signup.objects.accepted().filter(person=person, shift__starts_at__gt=clock.now()).latest("pk")
    yield from _act("signup_act", own.pk, "cancel", RESIDENT)
    yield from _page("say_code", own.shift_id, RESIDENT)
    over = Shift.objects.posted().filter(ends_at__lt=clock.now()).latest("starts_at")
    yield from _act("shift_act", over.pk, "claim", RESIDENT)
    record = HourRecord.objects.booked().filter(person=_person(LEADER)).latest("pk")
    yield from _page("record", record.pk, LEADER)
    yield Sight(
        "volunteers:record_act", reverse("volunteers:record_act", args=[record.pk, "dispute"]), LEADER
    )
    issued = Certificate.objects.exclude(number=None).latest("pk")
    yield from _page("certificate", issued.pk, LEADER)


def _of_keepers() -> Iterator[Sight]:
    team, ahead = _led(), _ahead()
    for name in ("members", "member_add", "activity_new", "team_hours", "hours_import"):
        yield from _page(name, team, LEADER)
    held = Membership.objects.active().filter(team=team, role="member").earliest("pk")
    yield from _act("team_act", team, "edit", LEADER)
    for action in ("set-role", "take-out"):
        yield from _act("member_act", held.pk, action, LEADER)
    for action in ("edit", "add-shifts", "call-off"):
        yield from _act("activity_act", ahead.activity.pk, action, LEADER)
    for action in ("change", "call-off", "sign-up-for"):
        yield from _act("shift_act", ahead.pk, action, LEADER)
    for name in ("attendance", "list_print", "place_code"):
        yield from _page(name, ahead.pk, LEADER)
    kept = ahead.signups.accepted().exclude(person=_person(LEADER)).earliest("pk")
    for action in ("release", "times"):
        yield from _act("signup_act", kept.pk, action, LEADER)
    disputed = HourRecord.objects.filter(state=HourState.DISPUTED).latest("pk")
    yield from _page("hours_desk", disputed.shift_id, "zhu")
    yield from _page("record", disputed.pk, "zhu")


def _of_committee() -> Iterator[Sight]:
    for name in ("team_new", "hours_export", "certificate_desk", "certificate_for"):
        yield from seen(f"volunteers:{name}", reverse(f"volunteers:{name}", args=[PLACE]), (STAFF,), BOTH)
    for certificate in Certificate.objects.order_by("pk"):
        yield from _page("certificate", certificate.pk, STAFF)
    draft = Activity.objects.filter(approved_at=None, submitted_at__isnull=False).latest("pk")
    yield from _page("activity", draft.pk, STAFF)


def _of_the_young() -> Iterator[Sight]:
    """Somebody of 16 waits for a guardian's consent and the leader's answer."""
    young = Person.objects.create(real_name="陈小明", display_name="小明", adult_on=date(2028, 6, 1))
    asks = Signup.objects.create(
        shift=_ahead(),
        person=young,
        state=SignupState.APPLIED,
        needs_consent=True,
        guardian=_person(RESIDENT),
    )
    yield from _act("signup_act", asks.pk, "consent", RESIDENT)
    for action in ("paper-consent", "decide"):
        yield from _act("signup_act", asks.pk, action, LEADER)


def _page(name: str, number: int, *people: str) -> Iterator[Sight]:
    yield from seen(f"volunteers:{name}", reverse(f"volunteers:{name}", args=[number]), people, BOTH)


def _act(name: str, number: int, action: str, *people: str) -> Iterator[Sight]:
    address = reverse(f"volunteers:{name}", args=[number, action])
    yield from seen(f"volunteers:{name}", address, people, BOTH)


def _led() -> int:
    return (
        Team.objects.filter(memberships__person=_person(LEADER), memberships__role="leader").earliest("pk").pk
    )


def _ahead() -> Shift:
    """The next time of the leader's team at which somebody has a place."""
    ahead = Shift.objects.to_come().filter(activity__team=_led(), taken__gt=1, starts_at__gt=clock.now())
    return ahead.select_related("activity").earliest("starts_at")


def _person(name: str) -> Person:
    return Person.objects.get(user=User.objects.get(username=name))
