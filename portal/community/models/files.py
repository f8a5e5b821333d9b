"""Files people bring."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models.people import Person, Visitor
from portal.community.models.places import Area
from portal.community.models.posts import Post, inside_offices
from portal.kit import clock

READERS = (Post.DIRECTOR, Post.WORKER, Post.PARTY, Post.OVERSIGHT, Post.OFFICER, Post.AUDITOR)


def upload_path(upload: Upload, _name: str) -> str:
    """Files are stored under a random name; the name people gave them is data."""
    return f"uploads/{upload.pk.hex[:2]}/{upload.pk.hex}"


def thumbnail_path(upload: Upload, _name: str) -> str:
    """The small picture lies beside the large one."""
    return f"{upload_path(upload, '')}-small"


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: Visitor) -> UploadQuerySet:
        """Published files, one's own, and for those who screen or audit a place the files brought to it.

        None that are closed: those are read where what they belong to says who may.
        """
        person = getattr(user, "person_id", None)
        if person is None:
            return self.filter(public=True)
        reads = Q(public=True) | Q(owner=person) | inside_offices(user, READERS)
        return self.filter(reads, closed=False)


class Upload(models.Model):
    """A picture or PDF that passed the check by content; pictures are stored re-encoded, without position data.

    `closed`: no office and no owner reads it at its own address, only who may read what it belongs to.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    file = models.FileField(upload_to=upload_path)
    thumbnail = models.FileField(upload_to=thumbnail_path, blank=True)
    name = models.CharField(max_length=120)
    alt = models.CharField(_("what the picture shows"), max_length=200, blank=True)
    caption = models.CharField(
        _("caption"), max_length=120, blank=True, help_text="place and day, who drew it"
    )
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    public = models.BooleanField(default=False)
    closed = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed=False) | Q(public=False), name="upload_closed_not_public"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """Whether it can be shown in a page."""
        return self.content_type.startswith("image/")

    @property
    def url(self) -> str:
        """Where those who may see it read it."""
        return reverse("community:upload", args=[self.pk])

    @property
    def thumb_url(self) -> str:
        """Where the small picture is read."""
        return f"{self.url}?w=480"
