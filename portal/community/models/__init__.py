"""Places, people, and how they belong: everything a permission follows from."""

from __future__ import annotations

from portal.community.models.files import (
    Upload,
    UploadQuerySet,
    thumbnail_path,
    upload_path,
)
from portal.community.models.people import (
    Person,
    PersonKind,
    User,
    Visitor,
)
from portal.community.models.places import (
    Area,
    AreaSource,
    Contact,
    Dwelling,
    DwellingQuerySet,
    Kind,
    Usage,
)
from portal.community.models.posts import (
    OFFICES,
    STANDS_FOR,
    Appointment,
    AppointmentQuerySet,
    Post,
    inside_offices,
    stands_for,
)
from portal.community.models.relations import (
    Authority,
    Look,
    Method,
    Ownership,
    Relation,
    RelationQuerySet,
    RelationStatus,
    Representative,
    Residency,
    Right,
    Shown,
)
from portal.community.models.rules import (
    LegalStatus,
    RuleSet,
)

__all__ = [
    "Authority",
    "OFFICES",
    "STANDS_FOR",
    "Appointment",
    "AppointmentQuerySet",
    "Area",
    "AreaSource",
    "Contact",
    "Dwelling",
    "DwellingQuerySet",
    "Kind",
    "LegalStatus",
    "Look",
    "Method",
    "Ownership",
    "Person",
    "PersonKind",
    "Post",
    "Relation",
    "RelationQuerySet",
    "Residency",
    "Right",
    "Shown",
    "RuleSet",
    "RelationStatus",
    "Representative",
    "Upload",
    "UploadQuerySet",
    "Usage",
    "User",
    "Visitor",
    "inside_offices",
    "stands_for",
    "thumbnail_path",
    "upload_path",
]
