"""Letters with codes, devices and proofs of who signs in, rosters row by row, and what was changed or replaced."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import Area, AreaSource, Dwelling, Method, Person, Usage, User
from portal.kit import clock, wording
from portal.kit.constraints import in_order
from portal.register.states import CHANGE_LIFE, IMPORT_LIFE, WISH_LIFE, ChangeState, ImportState, WishState


class MailingQuerySet(models.QuerySet["Mailing"]):
    def downloadable(self) -> MailingQuerySet:
        """Those whose letters can still be drawn."""
        return self.filter(download_until__gt=clock.now()).exclude(salt="")


class Onward(models.Model):
    """The page on which somebody was about to do something, before it was verified where they live.

    They are led there once it is, by the code of a letter or by the committee's answer; then the row goes.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="+")
    path = models.CharField(max_length=300)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.path


class Mailing(models.Model):
    """Letters made in one go. Until `download_until` they can be drawn again, by whoever made them.

    `salt`: what their codes follow from, together with the secret key (portal.register.codes). It is emptied when
    that time is over; then no place knows the codes.
    """

    neighbourhood = models.ForeignKey(Area, models.CASCADE, related_name="+")
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=clock.now)
    download_until = models.DateTimeField()
    salt = models.CharField(max_length=64, blank=True)
    objects = MailingQuerySet.as_manager()

    class Meta:
        constraints = [in_order("issued_at", "download_until", name="mailing_time", same=True)]

    def __str__(self) -> str:
        return f"{self.neighbourhood} {self.issued_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """Where they are downloaded."""
        return reverse("register:letters_made", args=[self.neighbourhood.slug, self.pk])

    @property
    def can_be_drawn(self) -> bool:
        """Whether the letters can still be downloaded and printed."""
        return bool(self.salt) and clock.now() < self.download_until


class Invitation(models.Model):
    """A code on a printed letter to a dwelling, or handed on by its household (`method`). Used once, within its days.

    Only a keyed hash of the code is kept: whoever reads the table cannot find the code.
    """

    mailing = models.ForeignKey(Mailing, models.CASCADE, null=True, blank=True, related_name="invitations")
    dwelling = models.ForeignKey(Dwelling, models.CASCADE, related_name="invitations")
    code_hash = models.CharField(max_length=64, unique=True)
    method = models.CharField(max_length=12, choices=Method, default=Method.LETTER)
    issued_at = models.DateTimeField(default=clock.now)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [in_order("issued_at", "expires_at", name="invitation_time", same=True)]

    def __str__(self) -> str:
        return f"{self.dwelling} {self.issued_at:%Y-%m-%d}"

    @property
    def can_be_used(self) -> bool:
        """Whether the code still leads to the dwelling."""
        return self.used_at is None and clock.now() < self.expires_at


class What(models.TextChoices):
    """What staff changed about a person."""

    NAME = "name", gettext_lazy("name corrected")
    PHONE = "phone", gettext_lazy("phone corrected")
    RELEASE = "release", gettext_lazy("phone number released")
    DEATH = "death", gettext_lazy("marked as deceased")
    SUCCESSION = "succession", gettext_lazy("title passed on")
    REPRESENTATIVE = "representative", gettext_lazy("representative of a company")
    UNION = "union", gettext_lazy("two records united")


class PersonChange(models.Model):
    """What staff changed about a person, so that it can be read, and taken back. For staff and the auditor only.

    `before` and `after`: what was written and what is, of a name or a phone. `other`: the second person it is about
    (the record united into this one, the heir, the representative). `steps`: the rows it changed
    (community.rowchanges), `held`: what hung on the person right after a union (community.uniting.held_by).
    `final`: why it cannot be taken back, where that was known from the start.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    other = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="+")
    what = models.CharField(max_length=16, choices=What)
    before = models.CharField(max_length=60, blank=True)
    after = models.CharField(max_length=60, blank=True)
    on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    steps = models.JSONField(default=list)
    held = models.JSONField(default=dict)
    final = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    life = CHANGE_LIFE

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["person", "-at"], name="person_changes")]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The page of the person it is about."""
        return reverse("register:person", args=[self.neighbourhood.slug, self.person_id])

    @property
    def title(self) -> str:
        """What was done."""
        return str(What(self.what).label)

    @property
    def state(self) -> ChangeState:
        """Whether it stands."""
        return ChangeState.STANDS if self.undone_at is None else ChangeState.TAKEN_BACK


class Replaced(models.Model):
    """What ended because a request was approved: kept so that the approval can be taken back.

    `subject`: the key of the request; `titles` and `homes`: the keys of the rows that ended.
    """

    subject = models.CharField(max_length=60, db_index=True)
    titles = models.JSONField(default=list)
    homes = models.JSONField(default=list)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.subject


class Device(models.Model):
    """A browser that an account was signed in with by more than a code to its phone. Only a hash of its sign is kept.

    The hash holds the account's key, too: nobody reads from the table which accounts share a browser.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    code_hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=60)
    known_since = models.DateTimeField(default=clock.now)
    last_used_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-last_used_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class FailedProof(models.Model):
    """Somebody with a code to the phone of an account did not know whose it is."""

    user = models.ForeignKey(User, models.CASCADE, related_name="failed_proofs")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d}"


class CounterCode(models.Model):
    """A code that staff gave somebody at the counter, whom they looked in the face. Used once, within minutes.

    Kept for the auditor: who gave it, whose account it opened, and when.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="counter_codes")
    code_hash = models.CharField(max_length=64)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [in_order("issued_at", "expires_at", name="counter_code_time", same=True)]

    def __str__(self) -> str:
        return f"{self.user_id} {self.issued_at:%Y-%m-%d}"


class WishKind(models.TextChoices):
    """What somebody asks the desk for."""

    PERSON = "person", gettext_lazy("my name or my number is written wrongly")
    DWELLING = "dwelling", gettext_lazy("something about my dwelling is wrong")
    VOTER = "voter", gettext_lazy("somebody else of us votes for the dwelling")
    DEPUTY = "deputy", gettext_lazy("somebody should stand in for my post")


class WishQuerySet(models.QuerySet["Wish"]):
    def waiting(self) -> WishQuerySet:
        """Those that are owed an answer."""
        return self.filter(state=WishState.WAITING)


class Wish(models.Model):
    """What a resident or a holder of a post asks of the desk in their own words; the answer is owed by a date."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="wishes")
    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=WishKind)
    text = models.CharField(max_length=300)
    state = models.CharField(max_length=12, choices=WishState, default=WishState.WAITING)
    asked_at = models.DateTimeField(default=clock.now)
    answer = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    objects = WishQuerySet.as_manager()
    life = WISH_LIFE

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "neighbourhood", "kind"],
                condition=Q(state=WishState.WAITING),
                name="wish_once",
            ),
            models.CheckConstraint(
                condition=Q(state=WishState.WAITING, answered_at=None)
                | (~Q(state=WishState.WAITING) & Q(answered_at__isnull=False)),
                name="wish_answered_or_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"

    def get_absolute_url(self) -> str:
        """Among the requests at the desk; its answer is read on one's own page."""
        return f"{reverse('register:people', args=[self.neighbourhood.slug])}#wish-{self.pk}"

    @property
    def title(self) -> str:
        """What it is about; who asks is for staff."""
        return str(WishKind(self.kind).label)


class Import(models.Model):
    """A roster that was handed in: by whom (None: the operator's command), which file, and what became of it.

    `as_of`: the day whose state the file shows, None where nobody said. While it waits for a second person it keeps
    the file (`content`), how to read it (`skip_bad`, `choices`: see comparison.Choices), why somebody else has to
    look (`stops`), and the `digest` of what was shown. Afterwards only the file's hash stays. `back_until`: it can be
    taken back before this moment, then what was there before is forgotten. `made`: people and places
    that it made, by key. `left`: rows that it left as they were, or that could not be taken back. `problems`: rows
    that could not be taken, and what was left out of others: a list of `[line, {language: why}]`.
    """

    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=ImportState, default=ImportState.DONE)
    name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    as_of = models.DateField(null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    content = models.BinaryField(default=bytes, blank=True)
    skip_bad = models.BooleanField(default=False)
    choices = models.JSONField(default=dict, blank=True)
    stops = models.JSONField(default=list, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    made = models.JSONField(default=dict, blank=True)
    problems: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    back_until = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    life = IMPORT_LIFE

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["neighbourhood", "-at"], name="import_newest")]
        constraints = [
            in_order("at", "expires_at", name="import_waits", same=True),
            in_order("at", "back_until", name="import_goes_back", same=True),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """Its page at the desk."""
        return reverse("register:import", args=[self.neighbourhood.slug, self.pk])

    @property
    def can_go_back(self) -> bool:
        """Whether what was there before is still kept."""
        return self.back_until is not None and clock.now() < self.back_until

    @property
    def title(self) -> str:
        """What its pages and duties call it."""
        return self.name or self.record_title

    @property
    def record_subject(self) -> str:
        """What the record files it under: the neighbourhood."""
        return f"area:{self.neighbourhood_id}"

    @property
    def record_title(self) -> str:
        """What the record calls it, in the portal's own language; the file's name is nobody's business."""
        with translation.override(settings.LANGUAGE_CODE):
            return _("Roster of dwellings")


class ImportedRow(models.Model):
    """One dwelling that an import added or changed, and all that it wrote for it.

    `touched`: a list of `[table, key, before, after]`; `before` is None for what the import made. `lost` and `gained`:
    the keys of people whose title ended or began. `why`: why it could not be taken back, empty where it could.
    """

    roster = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    where = models.CharField(max_length=130)
    new = models.BooleanField(default=False)
    changes = models.JSONField(default=list)
    touched: models.JSONField[Any, Any] = models.JSONField(default=list)
    lost = models.JSONField(default=list)
    gained = models.JSONField(default=list)
    why = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["roster", "line"]

    def __str__(self) -> str:
        return f"{self.line} {self.where}"


class DwellingChange(models.Model):
    """What the desk did to a dwelling by hand, with its reason; `by` None: an import that was taken back.

    `before` and `after` hold the fields that changed; of a retirement, the keys of titles and homes that ended with it.
    """

    dwelling = models.ForeignKey(Dwelling, models.CASCADE, related_name="changes")
    what = models.CharField(max_length=12)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=200)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.what} {self.dwelling_id}"

    @property
    def said(self) -> list[tuple[str, str, str]]:
        """What changed from what to what, in the reader's words."""
        return [
            (str(CALLED[name]), _read(name, was), _read(name, self.after.get(name)))
            for name, was in self.before.items()
            if name in CALLED
        ]


CALLED = {
    "building": gettext_lazy("building"),
    "entrance": gettext_lazy("entrance"),
    "room": gettext_lazy("room"),
    "exclusive_area": gettext_lazy("area"),
    "area_source": gettext_lazy("where the area is from"),
    "usage": gettext_lazy("use"),
}
CHOSEN: dict[str, type[models.TextChoices]] = {"area_source": AreaSource, "usage": Usage}


def _read(name: str, value: Any) -> str:
    if name == "exclusive_area":
        return wording.area(value)
    return str(CHOSEN[name](value).label) if name in CHOSEN else str(value or "–")
