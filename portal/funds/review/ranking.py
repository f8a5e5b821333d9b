"""The ranking of a round: exact weighted scores, with their spread. Whoever asks makes sure that it may be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.funds.models import Application, ApplicationTrace, Call, Review, Score
from portal.funds.review.selectors import RANKED
from portal.kit.wording import half_up

# A reviewer's points (0 to 10) times the weights (100 together): thousandths of the whole.
WHOLE = 1000
# What is written down of a project when its round is put on public notice.
POSTED = frozenset({"on_notice", "not_shortlisted"})


@dataclass(frozen=True)
class Sheet:
    """What one reviewer gave: `sum` of 1,000, and each criterion with its reason."""

    who: str
    sum: int
    scores: Sequence[Score]
    comment: str

    @property
    def points(self) -> str:
        """Of 100, exactly."""
        return points(Fraction(self.sum))


@dataclass(frozen=True)
class Ranked:
    """An application with its scores; `place` is shared by equal ones."""

    application: Application
    sheets: Sequence[Sheet]
    place: int = 0

    @property
    def mean(self) -> Fraction:
        """The mean of the reviewers' weighted sums, of 1,000, exactly."""
        return Fraction(sum(self._sums), len(self._sums)) if self.sheets else Fraction(0)

    @property
    def hundredths(self) -> int:
        """The mean in hundredths of a point of 100, half a one rounded up: what lists show, not what is compared."""
        return half_up(self.mean * 10)

    @property
    def score(self) -> str:
        """The mean of 100, to two places."""
        return f"{self.hundredths // 100}.{self.hundredths % 100:02d}"

    @property
    def least(self) -> str:
        """The lowest of the reviewers' sums, of 100."""
        return points(Fraction(min(self._sums)))

    @property
    def most(self) -> str:
        """The highest."""
        return points(Fraction(max(self._sums)))

    @property
    def median(self) -> str:
        """The one in the middle, or the mean of the two there."""
        sums, half = sorted(self._sums), len(self._sums) // 2
        return points(Fraction(sums[half] + sums[half - (len(sums) % 2 == 0)], 2))

    @property
    def _sums(self) -> list[int]:
        return [sheet.sum for sheet in self.sheets]


def points(of_thousand: Fraction) -> str:
    """Of 100, with as many places as it has, at most two."""
    hundredths = half_up(of_thousand * 10)
    return f"{hundredths // 100}.{hundredths % 100:02d}".rstrip("0").rstrip(".")


def weighted(scores: Iterable[Score]) -> int:
    """The sum of points times weights, of 1,000: a whole number."""
    return sum(one.points * one.criterion.weight for one in scores)


def of(call: Call, among: Iterable[int] | None = None) -> list[Ranked]:
    """The scored applications of a round, best first; equal ones by their number. Three queries, however many.

    `among`: only these keys, such as those that a reader may know of; places are counted among them.
    """
    reviews = Review.objects.counted().filter(application__call=call, application__state__in=RANKED)
    if among is not None:
        reviews = reviews.filter(application__in=list(among))
    return _ranked(call, _by_application(reviews.select_related("reviewer__person", "application__lead")))


def published(call: Call) -> list[Ranked]:
    """The ranking as it stood on its last public notice: what was public stays so while a project is scored anew.

    Without what was set aside or withdrawn since. Four queries, however many.
    """
    reviews = published_reviews(call).filter(application__state__in=RANKED)
    found = _by_application(reviews.select_related("reviewer__person", "application__lead"))
    return _ranked(call, {pk: _last_round(rows) for pk, rows in found.items()})


def published_reviews(call: Call) -> QuerySet[Review]:
    """All scores that were in, and not set aside since, when the round was last put on public notice."""
    posted = ApplicationTrace.objects.filter(application__call=call, what__in=POSTED).order_by("-at").first()
    if posted is None:
        return Review.objects.none()
    return Review.objects.filter(application__call=call, set_aside="", handed_in_at__lte=posted.at)


def published_sheets(application: Application) -> list[Sheet]:
    """What the reviewers gave to one application, as it stood on public notice."""
    found = published_reviews(application.call).filter(application=application)
    rows = found.select_related("reviewer__person").prefetch_related("scores__criterion").order_by("pk")
    return _sheets(_last_round(list(rows)))


def _last_round(reviews: list[Review]) -> list[Review]:
    last = max((one.round for one in reviews), default=0)
    return [one for one in reviews if one.round == last]


def _by_application(reviews: QuerySet[Review]) -> dict[int, list[Review]]:
    found: dict[int, list[Review]] = {}
    for review in reviews.prefetch_related("scores__criterion").order_by("pk"):
        found.setdefault(review.application_id, []).append(review)
    return found


def _ranked(call: Call, found: dict[int, list[Review]]) -> list[Ranked]:
    ranked = [Ranked(one[0].application, _sheets(one)) for one in found.values()]
    for row in ranked:
        row.application.call = call
    return _placed(sorted(ranked, key=lambda row: (-row.mean, row.application.number or "")))


def sheets_of(application: Application) -> list[Sheet]:
    """What the reviewers gave to one application in its present round."""
    found = Review.objects.counted().filter(application=application).select_related("reviewer__person")
    return _sheets(found.prefetch_related("scores__criterion").order_by("pk"))


def follows(chosen: set[int], ranked: Sequence[Ranked]) -> bool:
    """Whether those chosen are the best of the ranking: none that was left out has a higher score."""
    means_in = [row.mean for row in ranked if row.application.pk in chosen]
    means_out = [row.mean for row in ranked if row.application.pk not in chosen]
    return not means_in or not means_out or min(means_in) >= max(means_out)


def _placed(ranked: Sequence[Ranked]) -> list[Ranked]:
    means = [row.mean for row in ranked]
    return [Ranked(row.application, row.sheets, means.index(row.mean) + 1) for row in ranked]


def _sheets(reviews: Iterable[Review]) -> list[Sheet]:
    """In what quality somebody scored is public; the name where the reviewer agreed."""
    return [
        Sheet(
            _named(number, review), weighted(review.scores.all()), list(review.scores.all()), review.comment
        )
        for number, review in enumerate(reviews, 1)
    ]


def _named(number: int, review: Review) -> str:
    reviewer = review.reviewer
    name = reviewer.person.public_name if reviewer.named else _("Reviewer %(n)d") % {"n": number}
    return f"{name}（{reviewer.quality}）" if reviewer.quality else name
