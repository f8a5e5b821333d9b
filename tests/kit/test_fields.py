"""The fields of every form: what cannot be seen goes, the rest is counted; moments and days within reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django import forms
from hypothesis import example, given
from hypothesis import strategies as st

from portal.community.models import Area, Person
from portal.kit import clock
from portal.kit.fields import (
    NOTHING,
    YEAR,
    CharField,
    ClockField,
    DayField,
    MomentField,
    PhoneField,
    YuanField,
    confirm_field,
    longest,
    offer,
    offer_rows,
    reason_field,
    visible,
)

DROPPED = [
    0x00AD,
    0x061C,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2065),
    *range(0x2066, 0x206A),
    0xFEFF,
]
FAMILIES = ["👨‍👩‍👧‍👦", "🏳️‍🌈", "👩🏽‍⚕️", "👩‍❤️‍👩", "🐦‍⬛", "🙂‍↔️"]
NOON = datetime(2026, 11, 28, 4, tzinfo=UTC)
hidden = st.text(st.sampled_from([chr(code) for code in DROPPED]), max_size=3)
seen = st.text("王芳 3号楼ab…é🙂\n", max_size=30)


def refusal(field: forms.Field, value: Any) -> str:
    """The code of the refusal; empty where the value is taken."""
    try:
        with clock.at(NOON):
            field.clean(value)
    except forms.ValidationError as error:
        return error.error_list[0].code or "?"
    return ""


# --- telephone numbers ---


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("１３８ 0000-1234", "13800001234"),
        ("+86 13800001234", "13800001234"),
        ("021-5555 0101", "02155550101"),
    ],
)
def test_a_number_to_be_called_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert PhoneField(max_length=20).clean(typed) == kept


@pytest.mark.parametrize("typed", ["不详", "12345", "", "\u200b"])
def test_what_nobody_can_call_is_no_number(typed: str) -> None:
    assert refusal(PhoneField(max_length=20), typed)


def test_without_a_number_an_optional_one_stays_empty() -> None:
    assert PhoneField(max_length=20, required=False).clean(" ") == ""
    assert refusal(PhoneField(max_length=20, required=False), "不详")


# --- text ---


@given(st.lists(st.tuples(seen, hidden), max_size=8))
def test_what_cannot_be_seen_is_dropped_and_what_can_is_unchanged(parts: list[tuple[str, str]]) -> None:
    text = "".join(shown for shown, _hidden in parts)

    # Of nothing but blanks there is no text.
    assert visible("".join(shown + hid for shown, hid in parts)) == (text if text.strip() else "")


@given(seen.filter(lambda text: text.strip() == text and text != ""), hidden)
@example("王" * 5, "\u200b" * 3)
def test_what_is_dropped_is_not_counted(text: str, hid: str) -> None:
    field = CharField(max_length=len(text))

    assert field.clean(hid + text + hid) == text
    assert refusal(field, f"{text}多") == "max_length"


@given(st.text())
def test_dropping_twice_is_dropping_once(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@pytest.mark.parametrize("family", FAMILIES)
def test_pictures_made_of_several_survive(family: str) -> None:
    assert CharField().clean(f"我们{family}好") == f"我们{family}好"


@pytest.mark.parametrize(
    "text", ["王\u200d芳", "\u200d王", "王\u200d", "👩\u200d王", "王\u200d👩", "👩\u200d\u200d👩"]
)
def test_a_joiner_between_anything_else_goes(text: str) -> None:
    assert CharField().clean(text) == text.replace("\u200d", "")


@pytest.mark.parametrize("code", [*DROPPED, 0x2800, 0x3164, 0x115F, 0x1160, 0xFFA0])
def test_text_of_nothing_visible_is_nothing(code: int) -> None:
    assert refusal(CharField(), f" {chr(code)} ") == "required"
    assert CharField(required=False).clean(chr(code)) == ""


def test_lines_end_alike_and_count_one() -> None:
    assert CharField(max_length=5, rows=3).clean("一\r\n二\r三") == "一\n二\n三"


def test_a_reason_is_several_lines_unless_one_is_asked_for() -> None:
    assert isinstance(reason_field().widget, forms.Textarea)
    assert isinstance(reason_field(400, rows=0).widget, forms.TextInput)
    assert reason_field(400).max_length == 400


def test_a_limit_stands_in_the_model() -> None:
    assert longest(Person, "display_name") == 30


def test_an_amount_is_whole_fen() -> None:
    field = YuanField(required=False)

    assert [field.clean(text) for text in ("48,000", "12.5", "12.50", "", "\u200b3")] == [
        4800000,
        1250,
        1250,
        None,
        300,
    ]
    assert field.prepare_value(1250) == "12.50"
    with pytest.raises(forms.ValidationError):
        field.clean("1.234")


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("１．５", 150),
        ("1，5", 150),
        ("1。50", 150),
        ("12,5", 1250),
        ("１２，０００", 1_200_000),
        ("1,234,567.8", 123_456_780),
        ("￥64.80", 6480),
        (" 3 元", 300),
        ("1,2345", None),
        ("1,23,456", None),
        ("1,5,5", None),
        ("三元", None),
    ],
)
def test_an_amount_is_read_as_a_chinese_keyboard_writes_it_and_never_ten_times_too_much(
    typed: str, fen: int | None
) -> None:
    field = YuanField()
    if fen is None:
        with pytest.raises(forms.ValidationError):
            field.clean(typed)
    else:
        assert field.clean(typed) == fen


# --- moments and days ---


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2026-11-28T14:00", ""),
        ("2027-11-28T12:00", ""),
        ("2026-11-28T12:00", "over"),
        ("0002-11-28T14:00", "over"),
        ("0001-01-01T00:00", "over"),
        ("2028-11-28T14:00", "far"),
        ("9999-12-31T23:59", "far"),
        ("20266-11-28T14:00", "invalid"),
        ("14:00", "invalid"),
        ("", "required"),
    ],
)
def test_a_moment_to_come_is_within_a_year(typed: str, code: str) -> None:
    assert refusal(MomentField(back=NOTHING), typed) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2026-11-28T09:00", ""),
        ("2025-12-01T09:00", ""),
        ("2017-01-01T09:00", "long_ago"),
        ("0002-01-01T00:00", "long_ago"),
    ],
)
def test_a_moment_may_be_past(typed: str, code: str) -> None:
    assert refusal(MomentField(), typed) == code


def test_a_moment_is_aware_and_by_shanghais_clock() -> None:
    with clock.at(NOON):
        assert MomentField().clean("2026-11-28T14:00") == NOON + timedelta(hours=2)


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        (DayField(), "2026-11-28", ""),
        (DayField(), "2030-01-01", ""),
        (DayField(), "0002-01-01", "long_ago"),
        (DayField(), "20266-01-01", "invalid"),
        (DayField(), "9999-12-31", "far"),
        (DayField(back=NOTHING), "2026-11-28", ""),
        (DayField(back=NOTHING), "2026-11-27", "over"),
        (DayField(back=120 * YEAR, ahead=NOTHING), "1910-01-01", ""),
        (DayField(back=120 * YEAR, ahead=NOTHING), "2026-11-29", "far"),
    ],
)
def test_a_day_is_within_its_range(field: DayField, typed: str, code: str) -> None:
    assert refusal(field, typed) == code


@given(st.dates())
def test_a_day_is_taken_exactly_within_its_range(day: date) -> None:
    with clock.at(NOON):
        today = clock.today()
        taken = today - YEAR <= day <= today + YEAR

    assert (refusal(DayField(back=YEAR, ahead=YEAR), day.isoformat()) == "") == taken


class Times(forms.Form):
    day = DayField(required=False)
    moment = MomentField(required=False)
    clock = ClockField(required=False)
    end = MomentField(deadline=True, required=False)


def test_the_browser_knows_the_range() -> None:
    with clock.at(NOON):
        drawn = str(Times())

    assert 'min="2025-11-27"' in drawn
    assert 'max="2031-12-02"' in drawn
    assert 'min="2025-11-27T12:00"' in drawn
    assert 'max="2027-11-29T12:00"' in drawn


@pytest.mark.parametrize(
    ("name", "typed", "asked"),
    [
        ("moment", "2026-12-01T02:00", True),
        ("moment", "2026-12-01T06:59", True),
        ("moment", "2026-12-01T07:00", False),
        ("moment", "2026-12-01T21:59", False),
        ("moment", "2026-12-01T22:00", True),
        ("clock", "02:00", True),
        ("clock", "14:00", False),
        ("moment", "2026-12-01T00:00", True),
        ("end", "2026-12-01T00:00", False),
        ("end", "2026-12-01T23:59", False),
        ("end", "2026-12-01T02:00", True),
    ],
)
def test_an_hour_of_the_night_is_asked_about_once(name: str, typed: str, asked: bool) -> None:
    with clock.at(NOON):
        first = Times({name: typed})
        again = Times({name: typed, f"{name}_meant": typed})
        other = Times({name: typed, f"{name}_meant": "2026-12-01T03:33"})

        assert first.is_valid() is not asked
        assert again.is_valid()
        assert (f'name="{name}_meant" value="{typed}"' in str(first)) is asked
        assert other.is_valid() is not asked


def test_what_a_form_began_with_and_what_happens_now_is_not_asked_about() -> None:
    night = datetime(2026, 11, 28, 17, tzinfo=UTC)
    with clock.at(night):
        begun = Times(
            {"moment": "2026-12-03T02:00"}, initial={"moment": datetime(2026, 12, 2, 18, tzinfo=UTC)}
        )
        now = Times({"moment": "2026-11-29T00:50"})
        ahead = Times({"moment": "2026-11-29T01:10"})

        assert (begun.is_valid(), now.is_valid(), ahead.is_valid()) == (True, True, False)


# --- the rest ---


def test_what_cannot_be_undone_is_confirmed_by_a_tick() -> None:
    assert refusal(confirm_field("Yes"), "") == "required"
    assert refusal(confirm_field("Yes"), "on") == ""


class Offering(forms.Form):
    one = forms.ChoiceField()
    row = forms.ModelChoiceField(Area.objects.none())
    text = CharField()


def test_only_what_can_be_chosen_from_is_offered_choices() -> None:
    form = Offering()
    offer(form, "one", [("a", "A")])
    offer_rows(form, "row", Area.objects.all(), empty_label=None)

    assert 'value="a"' in str(form["one"])
    with pytest.raises(TypeError):
        offer(form, "text", [])
    with pytest.raises(TypeError):
        offer_rows(form, "one", Area.objects.all())


def test_a_form_drawn_by_itself_has_the_portals_look_and_no_token() -> None:
    class Small(forms.Form):
        why = reason_field()

    form = Small({"why": ""})

    for drawn in (str(form), form["why"].as_field_group()):
        assert '<div class="field wrong">' in drawn
        assert 'aria-invalid="true"' in drawn
    assert 'class="summary"' in str(form)
    assert "csrfmiddlewaretoken" not in str(form)
