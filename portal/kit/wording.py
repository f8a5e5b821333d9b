"""Times, areas, money and shares in the reader's words. Pure functions; always Shanghai, never a float."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from math import floor

from django.utils import dateformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.kit import clock

WEEKDAYS = (
    gettext_lazy("Sun"),
    gettext_lazy("Mon"),
    gettext_lazy("Tue"),
    gettext_lazy("Wed"),
    gettext_lazy("Thu"),
    gettext_lazy("Fri"),
    gettext_lazy("Sat"),
)
SHARES: dict[tuple[int, int], str | Promise] = {
    (1, 5): gettext_lazy("one fifth"),
    (1, 4): gettext_lazy("one quarter"),
    (1, 3): gettext_lazy("one third"),
    (1, 2): gettext_lazy("half"),
    (2, 3): gettext_lazy("two thirds"),
    (3, 4): gettext_lazy("three quarters"),
    (4, 5): gettext_lazy("four fifths"),
    (1, 1): gettext_lazy("all"),
}
# What Django says about a field, taken into our own catalogue so that it is said in residents' words.
FIELD_ERRORS = (
    gettext_lazy("This field is required."),
    gettext_lazy("Enter a valid date."),
    gettext_lazy("Enter a valid time."),
    gettext_lazy("Enter a valid date/time."),
    gettext_lazy("Enter a whole number."),
    gettext_lazy("Enter a number."),
    gettext_lazy("Enter a valid email address."),
    gettext_lazy("Select a valid choice. That choice is not one of the available choices."),
    gettext_lazy("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_lazy("Ensure this value is greater than or equal to %(limit_value)s."),
    gettext_lazy("Ensure this value is less than or equal to %(limit_value)s."),
    gettext_lazy("No file was submitted. Check the encoding type on the form."),
    gettext_lazy("The submitted file is empty."),
)
MINUTE, HOUR, DAY = 60, 3600, 86400


class _Format(dateformat.DateFormat):
    """Django's date letters, with our own short weekdays (Django's Chinese ones are long)."""

    def D(self) -> str:
        return str(WEEKDAYS[int(self.w())])


def local(value: datetime | date) -> datetime | date:
    """An aware moment in Shanghai's wall clock; a plain day stays a day."""
    return value.astimezone(clock.SHANGHAI) if isinstance(value, datetime) else value


def day(value: datetime | date) -> str:
    """11月28日（周六）, with the year when it is not this year."""
    here = local(value)
    # Translators: Django date letters. Chinese: n月j日（D）
    short = _("D j M")
    # Translators: Django date letters. Chinese: Y年n月j日（D）
    full = _("D j M Y")
    return _Format(here).format(short if here.year == clock.today().year else full)


def hour(value: datetime) -> str:
    """14:00, in Shanghai."""
    return value.astimezone(clock.SHANGHAI).strftime("%H:%M")


def moment(value: datetime) -> str:
    """11月28日（周六）14:00."""
    return _("%(day)s, %(time)s") % {"day": day(value), "time": hour(value)}


def kept_day(value: date) -> str:
    """2026年11月28日: the same in every language, for titles that the record and promises keep."""
    return f"{value:%Y}年{value.month}月{value.day}日"


def stamped(value: datetime) -> str:
    """2026-11-28 14:00+08:00, for whoever runs the portal: in Shanghai, and saying so in every language."""
    return value.astimezone(clock.SHANGHAI).isoformat(sep=" ", timespec="minutes")


def deadline(value: datetime) -> str:
    """The end of a period: as a moment, but midnight is 24:00 of the day that ends."""
    here = value.astimezone(clock.SHANGHAI)
    if here.time() != time():
        return moment(value)
    return _("%(day)s, %(time)s") % {"day": day(here.date() - timedelta(days=1)), "time": "24:00"}


def span(start: datetime, end: datetime) -> str:
    """11月28日（周六）14:00–16:00, or two moments when it ends on another day."""
    if clock.day_of(start) == clock.day_of(end):
        return f"{moment(start)}–{hour(end)}"
    return f"{moment(start)} – {deadline(end)}"


def left(value: datetime | date) -> str:
    """What is left until a moment, or until the end of a day; never more than there is."""
    end = value if isinstance(value, datetime) else clock.end_of(value)
    seconds = _seconds(clock.now(), end)
    if seconds <= 0:
        return _("time is up")
    clock.holds_until(end - timedelta(seconds=seconds // _left_step(seconds) * _left_step(seconds)))
    if seconds < MINUTE:
        return _("less than a minute left")
    return _("%(time)s left") % {"time": _length(seconds)}


def leaf_left(end: datetime) -> tuple[int, str, bool, bool]:
    """What a calendar leaf says until a moment: a number, its unit, and whether four days or less are left.

    Last whether it is over: then the number is of what has gone by since.
    """
    seconds = _seconds(clock.now(), end)
    count, unit, step = _leaf(abs(seconds))
    if seconds > 0:
        clock.holds_until(end - timedelta(seconds=count * step))
    return count, unit, seconds <= 0 or step < DAY or count <= 4, seconds <= 0


def _leaf(seconds: int) -> tuple[int, str, int]:
    """So many whole units, the word for them, and how long one is."""
    step, words = (
        (DAY, _days) if seconds >= DAY else (HOUR, _hours) if seconds >= HOUR else (MINUTE, _minutes)
    )
    count = seconds // step
    return count, words(count).replace(str(count), "").strip(), step


def month(value: datetime | date) -> str:
    """11月, as a calendar leaf has it on top."""
    # Translators: Django date letters. Chinese: n月
    return _Format(local(value)).format(_("M"))


def ago(value: datetime) -> str:
    """How long since a moment: minutes, hours, days; the day itself after a week."""
    seconds = _seconds(value, clock.now())
    if seconds >= 7 * DAY:
        return day(value)
    step = DAY if seconds >= DAY else HOUR if seconds >= HOUR else MINUTE
    clock.holds_until(value + timedelta(seconds=(seconds // step + 1) * step))
    if seconds < MINUTE:
        return _("just now")
    return _("%(time)s ago") % {"time": _rough(seconds)}


def area(hundredths: int) -> str:
    """Hundredths of a square metre as 86.42 ㎡."""
    return _("%(area)s m²") % {"area": _hundredths(hundredths)}


def yuan(fen: int) -> str:
    """Fen as 48,000 元 or 12.50 元."""
    return _("%(amount)s yuan") % {"amount": _hundredths(fen, padded=True)}


def unbroken(amount: str) -> str:
    """An amount whose number and unit stay in one line."""
    return amount.replace(" ", "\u00a0")


def half_up(amount: Fraction | int) -> int:
    """An exact amount as a whole number, half up (-0.5 is 0)."""
    return floor(amount + Fraction(1, 2))


def in_columns(fen: int) -> str:
    """Fen with two places and commas, as books write amounts below each other: 1,293.00, −158.00."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'−' if fen < 0 else ''}{whole:,}.{rest:02d}"


def hours(minutes: int) -> str:
    """Minutes as 37.5 小时, to the tenth that is full."""
    return _("%(hours)s h") % {"hours": _tenths(minutes * 10 // 60)}


def percent(numerator: int, denominator: int) -> str:
    """A share to one decimal, half up, but never 100 % before it is all. Nothing of nothing is 0 %."""
    return f"{_tenths(per_mille(numerator, denominator))}%"


def per_mille(numerator: int, denominator: int) -> int:
    """A share in thousandths, by the rule of `percent`."""
    if denominator <= 0:
        return 0
    rounded = (2000 * numerator + denominator) // (2 * denominator)
    return min(rounded, 999) if numerator < denominator else rounded


def fraction(need: tuple[int, int] | list[int], inclusive: bool) -> str:
    """A threshold in words: 不少于三分之二 (the number itself included) or 超过半数."""
    share = str(SHARES.get((need[0], need[1]), f"{need[0]}/{need[1]}"))
    return (_("at least %(share)s") if inclusive else _("more than %(share)s")) % {"share": share}


def reached(numerator: int, denominator: int, need: tuple[int, int] | list[int], inclusive: bool) -> bool:
    """Whether a share reaches its threshold, by cross-multiplication."""
    have, want = numerator * need[1], need[0] * denominator
    return have >= want if inclusive else have > want


def file_size(size: int) -> str:
    """Bytes as 320 KB or 1.4 MB, rounded up."""
    kilobytes = -(-size // 1024)
    return f"{kilobytes} KB" if kilobytes < 1000 else f"{_tenths(-(-size * 10 // 1024**2))} MB"


def script_words() -> dict[str, str]:
    """The words the page's scripts need, in the reader's language. A 0 stands for a number or a time."""
    return {
        "sending": _("Sending…"),
        "left": _("%(time)s left") % {"time": "0"},
        "over": _("time is up"),
        "moment": _("less than a minute left"),
        "day": _days(1),
        "days": _days(0),
        "hour": _hours(1),
        "hours": _hours(0),
        "minute": _minutes(1),
        "minutes": _minutes(0),
        "big": _("{name} is larger than {limit} MB. Please choose a smaller one."),
        "kind": _("{name} is not a kind of file that can be taken here."),
        "without": _("It is left out."),
        "shrinking": _("Making the photos smaller…"),
        "back": _("Back to the page"),
        "earlier": _("Photo before"),
        "later": _("Next photo"),
        "unsaved": _("You changed something here and left without saving it."),
        "restore": _("Restore the unsaved changes"),
        "discard": _("Forget them"),
        "readable": _("No network: this page is from {when}. What changed since is not on it."),
        "waits": _("What you wrote ({when}) was not sent yet. [Look at it and send it]"),
    }


def _seconds(start: datetime, end: datetime) -> int:
    return (end.astimezone(UTC) - start.astimezone(UTC)) // timedelta(seconds=1)


def _length(seconds: int) -> str:
    days, hours_, minutes = seconds // DAY, seconds % DAY // HOUR, seconds % HOUR // MINUTE
    if days >= 3 or (days and not hours_):
        return _days(days)
    if days:
        return f"{_days(days)} {_hours(hours_)}"
    if hours_ >= 3 or (hours_ and not minutes):
        return _hours(hours_)
    if hours_:
        return f"{_hours(hours_)} {_minutes(minutes)}"
    return _minutes(minutes)


def _left_step(seconds: int) -> int:
    """How often the words of `_length` change, in seconds."""
    return DAY if seconds >= 3 * DAY else HOUR if seconds >= 3 * HOUR else MINUTE


def _rough(seconds: int) -> str:
    if seconds >= DAY:
        return _days(seconds // DAY)
    return _hours(seconds // HOUR) if seconds >= HOUR else _minutes(seconds // MINUTE)


def _days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def _hours(count: int) -> str:
    return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}


def _minutes(count: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}


def _hundredths(value: int, *, padded: bool = False) -> str:
    whole, rest = divmod(abs(value), 100)
    digits = f"{rest:02d}" if padded else f"{rest:02d}".rstrip("0")
    return f"{'-' if value < 0 else ''}{whole:,}{f'.{digits}' if rest else ''}"


def _tenths(value: int) -> str:
    whole, rest = divmod(value, 10)
    return f"{whole:,}.{rest}" if rest else f"{whole:,}"


def colon(name: str) -> str:
    """What stands between a name and what is said of it: a colon, or a space after a question or a sentence."""
    return " " if name.endswith(("？", "。", "！", "?", ".", "!")) else _(": ")


def told(name: str, text: str) -> str:
    """A name and what is said of it: 电梯：等待答复."""
    return name + colon(name) + text


def bracketed(name: str, more: str) -> str:
    """A name with what explains it: 陈阿姨（3号楼）."""
    return _("%(name)s (%(more)s)") % {"name": name, "more": more}
