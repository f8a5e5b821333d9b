"""Letters with codes, devices that know an account, proofs of who signs in; what approvals and staff changed."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Area, Dwelling, Method, Person, User
from portal.kit import clock
from portal.register.states import CHANGE_LIFE, ChangeState


class Invitation(models.Model):
    """A code on a printed letter to a dwelling, or handed on by its household (`method`). Used once, within its days.

    Only a keyed hash of the code is kept: whoever reads the table cannot find the code.
    """

    dwelling = models.ForeignKey(Dwelling, models.CASCADE, related_name="invitations")
    code_hash = models.CharField(max_length=64, unique=True)
    method = models.CharField(max_length=12, choices=Method, default=Method.LETTER)
    issued_at = models.DateTimeField(default=clock.now)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.dwelling} {self.issued_at:%Y-%m-%d}"


class What(models.TextChoices):
    """What staff changed about a person."""

    NAME = "name", _("name corrected")
    PHONE = "phone", _("phone corrected")
    RELEASE = "release", _("phone number released")
    DEATH = "death", _("marked as deceased")
    SUCCESSION = "succession", _("title passed on")
    REPRESENTATIVE = "representative", _("representative of a company")
    UNION = "union", _("two records united")


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

    def __str__(self) -> str:
        return f"{self.user_id} {self.issued_at:%Y-%m-%d}"
