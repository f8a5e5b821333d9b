"""The fields of every form: text without signs nobody sees, moments and days within reason, amounts, reasons, a tick.

Nothing else in the portal makes a text, day or time field (tests/test_house.py). Fields that need models stand in
portal/actions/fields.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kit import clock, phones
from portal.kit.names import blank

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

YEAR = timedelta(days=366)
NOTHING = timedelta()
# Between these nothing is held, and hardly anything ends.
MORNING, NIGHT = time(7), time(22)
MIDNIGHT = {time(0), time(23, 59)}
JUST_NOW = -timedelta(hours=2)
TO_THE_MINUTE = "%Y-%m-%dT%H:%M"
YUAN = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")
GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?")
COMMA_POINT = re.compile(r"^(\d+),(\d{1,2})$")
# Zero-width signs, the soft hyphen and what turns the direction of writing: two names that look alike are alike.
HIDDEN = "\u00ad\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
# Emoji and the skin tones: between two of them the joiner U+200D makes one picture of a family, elsewhere it goes.
EMOJI = "\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
UNSEEN = re.compile(f"[{HIDDEN}]|(?<![{EMOJI}])(?<![{EMOJI}]\ufe0f)\u200d|\u200d(?![{EMOJI}])")
LINE_ENDS = re.compile(r"\r\n?")


def visible(text: str) -> str:
    """The text as it is kept: without signs that cannot be seen, its lines ended by one sign whatever was sent.

    Of nothing but what fonts draw as nothing, there is no text.
    """
    return "" if blank(text) else LINE_ENDS.sub("\n", UNSEEN.sub("", text))


class CharField(forms.CharField):
    """Text in one line, or in several with `rows`. What cannot be seen is dropped; what is left is counted."""

    def __init__(self, *, rows: int = 0, **kwargs: Any) -> None:
        if rows:
            kwargs["widget"] = text_area(rows)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """The text as it is counted and kept."""
        return super().to_python(visible(value) if isinstance(value, str) else value) or ""


class PhoneField(CharField):
    """The number of somebody to be called. Cleans to the digits it is kept as (phones.reachable)."""

    def __init__(self, *, autocomplete: str = "off", **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": autocomplete}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """A number that can be called."""
        typed: str = super().clean(value)
        number = phones.reachable(typed)
        if typed and not number:
            raise forms.ValidationError(_("This is no phone number."))
        return number


def narrow(text: str) -> str:
    """A number as it is typed on a Chinese keyboard (１．５, 1。5, 1，5, １２，０００, ￥３元), in plain signs.

    A comma before groups of three digits parts thousands; one alone before one or two digits is the point. Any other
    comma stays, and is no number.
    """
    plain = (
        unicodedata.normalize("NFKC", text).replace("。", ".").strip().lstrip("¥").removesuffix("元").strip()
    )
    if GROUPED.fullmatch(plain):
        return plain.replace(",", "")
    return COMMA_POINT.sub(r"\1.\2", plain)


class YuanField(CharField):
    """An amount typed in yuan, such as 48,000, 12.50 or ¥64.80. Cleans to whole fen, or None for nothing.

    `not_read`: what is said of what is no number.
    """

    not_read: StrOrPromise = gettext_lazy("Please write an amount in yuan, such as 48000 or 12.50.")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_length=20, **kwargs)

    def clean(self, value: Any) -> int | None:
        """The amount in fen, by whole numbers only."""
        text = narrow(super().clean(value))
        if not text:
            return None
        found = YUAN.fullmatch(text)
        if found is None:
            raise forms.ValidationError(self.not_read)
        return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))

    def prepare_value(self, value: Any) -> Any:
        """Fen as yuan, when the field shows what is kept."""
        if isinstance(value, int):
            whole, rest = divmod(value, 100)
            return f"{whole}.{rest:02d}" if rest else str(whole)
        return value


class DayField(forms.DateField):
    """A day, chosen in the browser's calendar, from `back` before today to `ahead` after it.

    The range stands in the page, too: from a year back to five years ahead unless the thing needs another.
    """

    default_error_messages = {
        "invalid": gettext_lazy("Please choose a day, such as 2026-11-28. The year has four digits."),
        "over": gettext_lazy("This day is over."),
        "long_ago": gettext_lazy("This day is too long ago. Please check the year."),
        "far": gettext_lazy("This day is too far away. Please check the year."),
    }

    def __init__(self, *, back: timedelta = YEAR, ahead: timedelta = 5 * YEAR, **kwargs: Any) -> None:
        self.back, self.ahead = back, ahead
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(**{"widget": widget, **kwargs})

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """With the first and the last day that are taken today."""
        today = clock.today()
        self.widget.attrs |= {
            "min": (today - self.back).isoformat(),
            "max": (today + self.ahead).isoformat(),
        }
        return super().get_bound_field(form, field_name)

    def validate(self, value: date | None) -> None:
        """Refuse a day nobody can mean."""
        super().validate(value)
        if value:
            reach = clock.today()
            _within(self, value < reach - self.back, value > reach + self.ahead)


class Typed(str):
    """A time as it was typed. `meant`: which one the tick beneath it says is really meant."""

    meant = ""


class _AskingInput(forms.widgets.DateTimeBaseInput):
    """Day or time, and beneath it the tick that an odd hour is meant, where it was asked about (`asked`)."""

    template_name = "components/_asking_input.html"
    asked: StrOrPromise = ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """What was typed, with what the tick stands for."""
        value = super().value_from_datadict(data, files, name)
        if not isinstance(value, str):
            return value
        typed = Typed(value)
        typed.meant = str(data.get(f"{name}_meant", ""))
        return typed

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the words of the tick, and which time it is about."""
        return super().get_context(name, value, attrs) | {"asked": self.asked, "meant": f"{name}_meant"}


class _MomentInput(_AskingInput, forms.DateTimeInput):
    """Day and time."""


class _ClockInput(_AskingInput, forms.TimeInput):
    """A time of the day."""


class _AsksAtNight(forms.Field):
    """An hour between 22:00 and 7:00 is asked about once: a 2 typed for 14 is seen before it is announced.

    Not what the form itself began with; with `deadline` not midnight, either, at which days end.
    """

    def __init__(self, *, deadline: bool = False, **kwargs: Any) -> None:
        self.deadline, self.begun = deadline, ""
        super().__init__(**kwargs)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Knowing what the form begins with."""
        begun = form.get_initial_for_field(self, field_name)
        self.begun = (
            "" if isinstance(begun, str) else str(self.widget.format_value(self.prepare_value(begun)))
        )
        return super().get_bound_field(form, field_name)

    def clean(self, value: Any) -> Any:
        """The time; ValidationError `night` where it has to be asked about, and the tick was not set for this one."""
        found = super().clean(value)
        if found is None or not self._odd(found) or str(value) in {self.begun, getattr(value, "meant", "")}:
            return found
        said = {"hour": f"{_wall(found):%H:%M}"}
        cast(_AskingInput, self.widget).asked = _("Yes, %(hour)s is meant") % said
        words = _("Really at %(hour)s? If so, please tick it beneath the field.") % said
        raise forms.ValidationError(words, code="night")

    def _odd(self, found: datetime | time) -> bool:
        hour = _wall(found).replace(second=0, microsecond=0)
        return not MORNING <= hour < NIGHT and not (self.deadline and hour in MIDNIGHT)


class MomentField(_AsksAtNight, forms.DateTimeField):
    """Day and time by the portal's clock (Asia/Shanghai), from `back` before now to `ahead` after it. Aware.

    A year either way unless the thing needs another range.
    """

    default_error_messages = {
        "invalid": gettext_lazy(
            "Please choose day and time, such as 2026-11-28 14:00. The year has four digits."
        ),
        "over": gettext_lazy("This moment is past. Please choose a later one."),
        "long_ago": gettext_lazy("This is too long ago. Please check the year."),
        "far": gettext_lazy("This is more than a year away. Please check the year."),
    }

    def __init__(self, *, back: timedelta = YEAR, ahead: timedelta = YEAR, **kwargs: Any) -> None:
        self.back, self.ahead = back, ahead
        widget = _MomentInput(attrs={"type": "datetime-local"}, format=TO_THE_MINUTE)
        super().__init__(**{"widget": widget, **kwargs})

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """With the first and the last minute that are taken now."""
        now = clock.now().astimezone(clock.SHANGHAI)
        self.widget.attrs |= {
            "min": (now - self.back).strftime(TO_THE_MINUTE),
            "max": (now + self.ahead).strftime(TO_THE_MINUTE),
        }
        return super().get_bound_field(form, field_name)

    def validate(self, value: datetime | None) -> None:
        """Refuse a moment nobody can mean."""
        super().validate(value)
        if value:
            now = clock.now()
            early = value <= now if self.back == NOTHING else value < now - self.back
            _within(self, early, value > now + self.ahead)

    def _odd(self, found: datetime | time) -> bool:
        """Not what is written down as it happens."""
        happened = isinstance(found, datetime) and JUST_NOW <= found - clock.now() <= NOTHING
        return not happened and super()._odd(found)


class ClockField(_AsksAtNight, forms.TimeField):
    """A time of the day, such as 14:00."""

    def __init__(self, **kwargs: Any) -> None:
        widget = _ClockInput(attrs={"type": "time"}, format="%H:%M")
        super().__init__(**{"widget": widget, **kwargs})


def _wall(found: datetime | time) -> time:
    """What a clock on the wall shows."""
    return found.astimezone(clock.SHANGHAI).time() if isinstance(found, datetime) else found


def text_area(rows: int, **attrs: Any) -> forms.Textarea:
    """A field of several lines."""
    return forms.Textarea(attrs={"rows": rows, **attrs})


def reason_field(max_length: int = 1000, *, rows: int = 4, **kwargs: Any) -> CharField:
    """A reason; published unless the help text says who reads it."""
    kwargs = {
        "label": gettext_lazy("Reason"),
        "help_text": gettext_lazy("Everybody can read it."),
        **kwargs,
    }
    return CharField(max_length=max_length, rows=rows, **kwargs)


def confirm_field(label: StrOrPromise) -> forms.BooleanField:
    """The tick before what weighs much; whether there is a way back, the action says."""
    words = gettext_lazy("Please tick this to confirm it.")
    return forms.BooleanField(label=label, error_messages={"required": words})


def number_field(**kwargs: Any) -> forms.IntegerField:
    """A whole number; phones show their digits."""
    return forms.IntegerField(widget=forms.NumberInput(attrs={"inputmode": "numeric"}), **kwargs)


def longest(model: type[models.Model], name: str) -> int:
    """How many characters a field of a model takes: a limit stands once."""
    return int(getattr(model._meta.get_field(name), "max_length", 0) or 0)


def say_optional(form: forms.BaseForm, words: StrOrPromise, *names: str) -> None:
    """What stands behind the labels of fields that can be left empty, where “optional” would not be all of it."""
    for name in names:
        vars(form.fields[name])["optional_words"] = words


def offer(form: forms.BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """What a field of a form can be chosen from, where only the form knows."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(name)
    field.choices = list(choices)


def offer_rows(form: forms.BaseForm, name: str, rows: models.QuerySet[Any], **attrs: Any) -> None:
    """The rows a field of a form can be chosen from, where only the form knows; `attrs` such as empty_label."""
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(name)
    field.queryset = rows
    for attr, value in attrs.items():
        setattr(field, attr, value)


def _within(field: DayField | MomentField, early: bool, late: bool) -> None:
    if early:
        code = "over" if field.back == NOTHING else "long_ago"
        raise forms.ValidationError(field.error_messages[code], code=code)
    if late:
        raise forms.ValidationError(field.error_messages["far"], code="far")
