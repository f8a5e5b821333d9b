"""What comes into a discussion, and how it is checked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.actions.fields import FilesField
from portal.actions.forms import ActionForm
from portal.community.models import Post as Office
from portal.community.rules import rule
from portal.duties.next_step import body_of
from portal.kit import wording
from portal.kit.fields import CharField, DayField, longest, reason_field
from portal.threads.models import LONGEST, LONGEST_REASON, AnswerText, HideReason, Post, Thread, View
from portal.threads.moderating import LONGEST_APPEAL, LONGEST_WORD, Mute
from portal.threads.outcomes import CALLBACKS, LONGEST_WORDS, Said
from portal.threads.permissions import answers_for
from portal.threads.selectors import MOST_WAITING, kept_text
from portal.threads.services.promising import latest, others

ASKS = [
    ("", _("nobody in particular")),
    (Office.PROPERTY.value, _("the property manager")),
    (Office.WORKER.value, _("the residents' committee")),
]


SIGNED = _("Signed with your post and name; the public record notes it.")
# So much of a question stands in a list.
SHOWN = 60
MEANWHILE = _("A question you ticked was answered meanwhile. Please look at those that still wait.")


def named(questions: list[Post]) -> list[tuple[str, str]]:
    """Questions as choices: number, who asked, how it begins, by when."""
    return [(str(post.pk), _named(post)) for post in questions]


def _named(post: Post) -> str:
    words = {"n": post.sequence, "who": post.author_name, "what": Truncator(post.body).chars(SHOWN)}
    due = wording.deadline(post.due_at) if post.due_at else ""
    return gettext("No. %(n)s, %(who)s: “%(what)s”, by %(due)s") % {**words, "due": due}


def _text(label: Any, help_text: Any) -> CharField:
    return CharField(label=label, max_length=LONGEST, rows=3, help_text=help_text)


def _number() -> forms.IntegerField:
    """The hidden number of a post that is answered or quoted."""
    return forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False, widget=forms.HiddenInput)


class SayForm(forms.Form):
    """A post. `once` is the key under which a repeated sending is the same post."""

    body = _text(
        _("Say what you think"),
        help_text=_(
            "Everybody can read it, with your chosen name and your building. You can change it for a short time."
        ),
    )
    photos = FilesField(required=False)
    asks = forms.ChoiceField(label=_("Ask for an official answer from"), choices=ASKS, required=False)
    to = _number()
    quote = _number()
    once = forms.UUIDField(widget=forms.HiddenInput)


class ReplyForm(forms.Form):
    """What somebody says in a discussion in which questions wait for an answer: it answers those that are ticked.

    With none ticked it is an ordinary post; that is asked once (`asks_once`).
    """

    questions = forms.MultipleChoiceField(
        label=_("This answers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": MEANWHILE},
    )
    body = _text(_("Official answer"), help_text=SIGNED)
    photos = FilesField(required=False)
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)
    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, waiting: list[Post], texts: list[AnswerText], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting, self.texts = waiting, texts
        self.asks_once = False
        cast(forms.MultipleChoiceField, self.fields["questions"]).choices = named(waiting)
        self.initial.setdefault("questions", [str(waiting[0].pk)] if waiting else [])

    def clean_questions(self) -> list[int]:
        """Their keys, the most urgent first."""
        return [int(pk) for pk in self.cleaned_data["questions"]]

    def clean(self) -> dict[str, Any]:
        """Ask once about a post that answers nothing while somebody waits."""
        said = super().clean() or self.cleaned_data
        answers, waits = said.get("questions"), ", ".join(post.author_name for post in self.waiting)
        if not self.errors and not answers and waits and not said.get("sure"):
            self.asks_once = True
            raise forms.ValidationError(
                _("This does not answer the question of %(who)s. Post it all the same?") % {"who": waits}
            )
        return said


class AnswerForm(ActionForm[Post]):
    """An official answer, signed with post and name; to several questions where more wait."""

    body = _text(_("Official answer"), help_text=SIGNED)
    also = forms.MultipleChoiceField(
        label=_("It also answers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": MEANWHILE},
    )
    photos = FilesField(required=False)
    because = CharField(
        label=_("If it cannot be done: why"),
        max_length=LONGEST_WORDS,
        required=False,
        help_text=_("In one sentence. It is counted as “not possible”, never as solved."),
    )

    def prepare(self) -> None:
        """Offer the other questions that wait here for the same body; begin with the kept text that was chosen."""
        own = answers_for(self.user, self.thing.neighbourhood)
        waiting = Post.objects.waiting().filter(thread=self.thing.thread_id, asks__in=own)
        others = list(waiting.exclude(pk=self.thing.pk)[:MOST_WAITING])
        cast(forms.MultipleChoiceField, self.fields["also"]).choices = named(others)
        if not others:
            del self.fields["also"]
        if kept := kept_text(self.user, self.thing.neighbourhood, self.initial.get("kept")):
            self.begin({"body": kept.text})


class AnswerAgainForm(ActionForm[Post]):
    """One more official answer, to what the first has not solved."""

    body = _text(_("Official answer"), help_text=SIGNED)
    photos = FilesField(required=False)
    because = AnswerForm.base_fields["because"]


class OutcomeForm(ActionForm[Post]):
    """Whether the answer solved it; one tap, words only if one likes."""

    said = forms.ChoiceField(label=_("Is it solved?"), choices=Said.choices, widget=forms.RadioSelect)
    words = CharField(
        label=_("In your words"),
        max_length=LONGEST_WORDS,
        rows=2,
        required=False,
        help_text=_("Everybody can read it."),
    )


class CallbackForm(OutcomeForm):
    """The same, as it was said by phone or on paper."""

    channel = forms.ChoiceField(
        label=_("How it was asked"),
        choices=[(one.value, one.label) for one in CALLBACKS],
        widget=forms.RadioSelect,
    )


class HandOnForm(ActionForm[Post]):
    """To whom a question goes, and why."""

    to = forms.ChoiceField(label=_("Who should answer?"), widget=forms.RadioSelect)
    reason = reason_field(LONGEST_REASON, rows=2)

    def prepare(self) -> None:
        """Every body but the one it is with."""
        bodies = [(body, body_of(body)) for body in others(self.thing)]
        cast(forms.ChoiceField, self.fields["to"]).choices = bodies


class MoreTimeForm(ActionForm[Post]):
    """By which day the answer comes, and why not before."""

    last_day = DayField(label=_("The answer comes by"), back=timedelta(0))
    reason = reason_field(LONGEST_REASON, rows=2)

    def prepare(self) -> None:
        """Say which days can be named."""
        words = _("At the latest %(day)s.") % {"day": wording.day(latest(self.thing).last_day)}
        self.fields["last_day"].help_text = words


class TextForm(forms.Form):
    """A text for answers."""

    title = CharField(label=_("What it is for"), max_length=longest(AnswerText, "title"))
    text = CharField(
        label=_("Text"),
        max_length=LONGEST,
        rows=6,
        help_text=_("It is put into an answer, where it can be changed before everybody reads it."),
    )


class ChangeTextForm(ActionForm[AnswerText], TextForm):
    """The same for a text that stands."""

    def prepare(self) -> None:
        """Begin with what it says."""
        self.begin({"title": self.thing.title, "text": self.thing.text})


class AskForm(ActionForm[Post]):
    """Whom to ask for an official answer."""

    asks = forms.ChoiceField(
        label=_("Ask for an official answer from"), choices=ASKS[1:], widget=forms.RadioSelect
    )


class EditForm(ActionForm[Post]):
    """What a post says, in other words."""

    body = CharField(label=_("your post"), max_length=LONGEST, rows=4)

    def prepare(self) -> None:
        """Begin with what it says."""
        self.begin({"body": self.thing.body})


class ReactForm(ActionForm[Post]):
    """Agree, disagree or not sure."""

    value = forms.TypedChoiceField(
        label=_("What do you think?"), choices=View.choices, coerce=int, widget=forms.RadioSelect
    )


class HideForm(ActionForm[Post]):
    """One reason of the fixed list."""

    reason = forms.ChoiceField(label=_("Reason"), choices=HideReason.choices, widget=forms.RadioSelect)


class MuteForm(ActionForm[Post]):
    """For how many days the author writes nothing."""

    days = forms.TypedChoiceField(label=_("How long?"), coerce=int, widget=forms.RadioSelect)

    def prepare(self) -> None:
        """A day, three, and the longest the rule allows."""
        most = rule("thread.mute_longest_days", self.thing.neighbourhood)
        days = sorted({days for days in (1, 3, most) if days <= most})
        choices = [(n, ngettext("%(n)d day", "%(n)d days", n) % {"n": n}) for n in days]
        cast(forms.TypedChoiceField, self.fields["days"]).choices = choices


class MuteAppealForm(ActionForm[Mute]):
    """Why somebody should be heard again at once."""

    text = CharField(label=_("Why should you be able to write again?"), max_length=LONGEST_APPEAL, rows=3)


class WordForm(forms.Form):
    """A word that makes posts wait."""

    word = CharField(
        label=_("Word"),
        max_length=LONGEST_WORD,
        help_text=_(
            "Blanks, signs and capitals make no difference. A post that holds it waits to be looked at."
        ),
    )


class ReadFirstForm(ActionForm[Thread]):
    """Why the posts of a discussion are looked at first."""

    reason = reason_field(LONGEST_REASON, rows=2)


class AppealForm(ActionForm[Post]):
    """Why a hidden post should be shown again."""

    text = CharField(label=_("Why should the post be shown?"), max_length=longest(Post, "appeal"), rows=3)
