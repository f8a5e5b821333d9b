"""What is written once: a text that people comment on, support, vote on or sign is never another text later."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from portal.conventions.text import Text, fingerprint
from portal.kit import clock


class FixedError(TypeError):
    """Somebody tried to change what is fixed."""


class FixedQuerySet(models.QuerySet[Any]):
    def update(self, **values: Any) -> NoReturn:
        """Nothing fixed is changed. Raises FixedError."""
        raise FixedError(self.model.__name__)

    def delete(self) -> NoReturn:
        """Nothing fixed is deleted. Raises FixedError."""
        raise FixedError(self.model.__name__)


class Fixed(models.Model):
    """A row that is added and never changed or deleted."""

    at = models.DateTimeField(default=clock.now)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add it; FixedError for what was added already."""
        if not self._state.adding:
            raise FixedError(type(self).__name__)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never. Raises FixedError."""
        raise FixedError(type(self).__name__)


class FixedText(Fixed):
    """A numbered text with its fingerprint."""

    text = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta(Fixed.Meta):
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """With the fingerprint of its text, whatever its maker thought it was."""
        if self._state.adding:
            self.sha256 = fingerprint(self.chapters)
        super().save(*args, **kwargs)

    @property
    def chapters(self) -> Text:
        """Its chapters with their articles."""
        text: Text = self.text
        return text

    @property
    def short_hash(self) -> str:
        """The beginning of the fingerprint, as footers and titles name it."""
        return self.sha256[:12]
