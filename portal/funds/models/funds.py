"""A fund, where its money comes from, and its calls: what is given, to whom, by which rules."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle
from portal.community.models import Area, Person, Post, Visitor, inside_offices
from portal.funds.models.constraints import RulesStand, Stands
from portal.funds.states import CALL, FUND, CallState, FundState
from portal.kit import clock
from portal.ledger.models import Account, Book

KEEPERS = (Post.DIRECTOR, Post.WORKER, Post.OFFICER)


class FundKind(models.TextChoices):
    """What kind of money it is (found F52, F53; L14 art. 39; the rest practice)."""

    SELF_GOVERNANCE = "self_governance_grant", _("self-governance grant")
    COMMUNITY = "community_fund", _("community fund")
    FOUNDATION = "community_foundation", _("special fund of a community foundation")
    VOLUNTEERS = "volunteer_grants", _("grants for volunteer projects")
    BUILDING = "building_fund", _("building fund")


class ApplicantKind(models.TextChoices):
    """Who applies."""

    GROUP = "group", _("residents' group")
    BOARD = "board", _("building board")
    TEAM = "team", _("volunteer team")
    ORGANISATION = "organisation", _("social organisation, with the committee behind it")


class Ballot(models.TextChoices):
    """When residents are asked."""

    ALWAYS = "always", _("always")
    IF_SHORT = "if_short", _("where the pot does not suffice for all on the shortlist")
    NEVER = "never", _("never: the ranking of the reviewers decides")


class Rule(models.TextChoices):
    """By which rule ballots become winners (docs/funds.md)."""

    EQUAL_SHARES = "equal-shares", _("equal shares")
    GREEDY = "greedy", _("most votes first")


class Completion(models.TextChoices):
    """What happens to money that equal shares leaves over."""

    ADD1_GREEDY = "add1-greedy", _("raise everybody's share step by step, then most votes first")
    GREEDY = "greedy", _("most votes first")
    NONE = "none", _("it stays in the fund")


class Tie(models.TextChoices):
    """Which of two equal projects goes first."""

    NUMBER = "number", _("the smaller number")
    CHEAPER = "cheaper", _("the cheaper one, then the smaller number")


class FundQuerySet(models.QuerySet["Fund"]):
    def visible_to(self, user: Visitor) -> FundQuerySet:
        """All: what neighbours share is open to everybody."""
        return self.all()


class Fund(models.Model):
    """A micro-fund (微基金) of a neighbourhood, with its book.

    It takes no payments and raises no money (L15 art. 27): what comes in is written by hand.
    """

    neighbourhood = models.ForeignKey(Area, models.PROTECT, related_name="funds")
    title = models.CharField(_("name of the fund"), max_length=60)
    kind = models.CharField(_("kind of money"), max_length=24, choices=FundKind)
    about = models.TextField(_("what it is for"), max_length=1000, blank=True)
    book = models.OneToOneField(Book, models.PROTECT, related_name="fund")
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_why = models.CharField(max_length=200, blank=True)
    objects = FundQuerySet.as_manager()
    life: ClassVar[LifeCycle[FundState]] = FUND

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["neighbourhood", "title"], name="fund_title_once"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The public page of the fund."""
        return reverse("funds:fund", args=[self.pk])

    @property
    def state(self) -> FundState:
        """Whether it still gives."""
        return FundState.CLOSED if self.closed_at else FundState.OPEN


class Source(models.Model):
    """Where money comes from, kept apart in the book: `at_hand` holds what is left of it, `income` what came.

    `required_mark`: what everything paid from it has to bear, such as 中国福利彩票. `set_aside`: fen promised to
    projects and not paid yet; more than is at hand is never promised, under the lock of the book.
    """

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="sources")
    name = models.CharField(_("where the money comes from"), max_length=60)
    required_mark = models.CharField(_("mark that projects have to bear"), max_length=40, blank=True)
    earmark = models.CharField(_("what it may be spent on"), max_length=200, blank=True)
    at_hand = models.OneToOneField(Account, models.PROTECT, related_name="+")
    income = models.OneToOneField(Account, models.PROTECT, related_name="+")
    set_aside = models.BigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["fund", "name"], name="fund_source_once"),
            models.CheckConstraint(condition=Q(set_aside__gte=0), name="fund_source_set_aside"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """It stands on the fund's books."""
        return reverse("funds:books", args=[self.fund_id])

    @property
    def title(self) -> str:
        """What it is called."""
        return self.name

    @property
    def neighbourhood(self) -> Area:
        """Whose fund it feeds."""
        return self.fund.neighbourhood


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, user: Visitor) -> CallQuerySet:
        """Those that were opened; before that, those of one's own office."""
        opened = Q(opened_at__isnull=False)
        if not user.is_authenticated:
            return self.filter(opened)
        return self.filter(opened | inside_offices(user, KEEPERS, "fund__neighbourhood"))

    def taking(self) -> CallQuerySet:
        """Those that take applications now."""
        now = clock.now()
        return self.filter(state=CallState.OPEN, opens_at__lte=now, closes_at__gt=now)


class Call(models.Model):
    """One round of a fund (征集): window, pot, who may apply, and every rule that decides, frozen before it counts.

    All amounts in fen. `cap`: the most one project may ask for. `given`: the sum approved, never above the pot.
    `applicants`: a list of ApplicantKind. Of the way: `eligibility_days`, `review_days` in working days,
    `notice_days` working days of public notice, `reviewers` the least number. `minimum_votes`: a project with fewer
    ticks is not funded. `dear_floor`: a project is out where the share of voters for it is below cost ÷ (3 × pot).
    `comparison`: where more voters have more of their ticks funded by the other rule, that result stands.
    `change_percent`: from where on a changed budget line has to be agreed. `frozen_at`: from the first application or
    ballot on nothing of this changes any more, held by the database; `fingerprint` names it in the record.
    `shortlisted_at`: a shortlist was made that still stands; `shortlist_why`: why it leaves the ranking. `notice_until`
    stays from the first public notice on: what was on it is public for good. `vote`: the vote of the residents.
    """

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="calls")
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=80)
    about = models.TextField(_("what is looked for"), max_length=2000, blank=True)
    opens_at = models.DateTimeField(_("applications from"), null=True, blank=True)
    closes_at = models.DateTimeField(_("applications until"), null=True, blank=True)
    pot = models.BigIntegerField(_("pot"), default=0)
    cap = models.BigIntegerField(_("most for one project"), default=0)
    given = models.BigIntegerField(default=0)
    applicants = models.JSONField(default=list)
    ballot = models.CharField(_("residents vote"), max_length=12, choices=Ballot, default=Ballot.IF_SHORT)
    rule = models.CharField(_("rule"), max_length=16, choices=Rule, default=Rule.EQUAL_SHARES)
    completion = models.CharField(
        _("what becomes of money left over"),
        max_length=16,
        choices=Completion,
        default=Completion.ADD1_GREEDY,
    )
    minimum_votes = models.PositiveIntegerField(_("fewest ticks a project needs"), default=1)
    dear_floor = models.BooleanField(_("a dear project needs a fitting share of the voters"), default=False)
    comparison = models.BooleanField(_("the result that more voters prefer stands"), default=False)
    tie = models.CharField(_("of two equal projects"), max_length=12, choices=Tie, default=Tie.NUMBER)
    eligibility_days = models.PositiveSmallIntegerField(default=5)
    review_days = models.PositiveSmallIntegerField(default=15)
    notice_days = models.PositiveSmallIntegerField(default=5)
    reviewers_least = models.PositiveSmallIntegerField(default=3)
    posted_days = models.PositiveSmallIntegerField(default=30)
    progress_months = models.PositiveSmallIntegerField(default=3)
    change_percent = models.PositiveSmallIntegerField(default=10)
    frozen_at = models.DateTimeField(null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    last_number = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=16, choices=CallState, default=CallState.DRAFT)
    state_since = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="when residents were told that it takes applications"
    )
    shortlisted_at = models.DateTimeField(null=True, blank=True)
    shortlist_why = models.CharField(max_length=300, blank=True)
    notice_until = models.DateTimeField(null=True, blank=True)
    vote = models.OneToOneField(
        "voting.Vote", models.PROTECT, null=True, blank=True, related_name="fund_call"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    objects = CallQuerySet.as_manager()
    life: ClassVar[LifeCycle[CallState]] = CALL

    class Meta:
        ordering: ClassVar[list[str]] = ["-year", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(opens_at=None) | Q(closes_at__gt=F("opens_at")),
                name="fund_call_window",
            ),
            models.CheckConstraint(
                condition=Q(pot__gte=0) & Q(cap__gte=0) & Q(cap__lte=F("pot")), name="fund_call_cap"
            ),
            models.CheckConstraint(
                condition=Q(given__gte=0) & Q(given__lte=F("pot")), name="fund_call_given_within_pot"
            ),
            RulesStand(name="fund_call_rules_stand"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The one page of the round."""
        return reverse("funds:call", args=[self.pk])

    @property
    def neighbourhood(self) -> Area:
        """Whose fund it is."""
        return self.fund.neighbourhood

    @property
    def takes_applications(self) -> bool:
        """Whether one can be handed in at this moment, by its window."""
        now = clock.now()
        return (
            self.state == CallState.OPEN
            and self.opens_at is not None
            and self.closes_at is not None
            and self.opens_at <= now < self.closes_at
        )


class Criterion(models.Model):
    """What reviewers score, with its weight in percent; those of a call add up to 100."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="criteria")
    key = models.SlugField(max_length=20)
    label = models.CharField(_("criterion"), max_length=40)
    help = models.CharField(_("what to look at"), max_length=200, blank=True)
    weight = models.PositiveSmallIntegerField(
        _("weight in percent"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    stands = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["call", "key"], name="fund_criterion_once"),
            models.CheckConstraint(
                condition=Q(weight__gte=1) & Q(weight__lte=100), name="fund_criterion_weight"
            ),
            Stands(name="fund_criterion_stands"),
        ]

    def __str__(self) -> str:
        return self.label


class Due(models.TextChoices):
    """What an instalment waits for."""

    AGREEMENT = "agreement", _("after the agreement is signed")
    MIDTERM = "midterm", _("after the mid-term check")
    ACCEPTANCE = "acceptance", _("after acceptance")


class PlanStep(models.Model):
    """One instalment of the plan of a call, in percent of what is approved; those of a call add up to 100."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="plan")
    order = models.PositiveSmallIntegerField()
    percent = models.PositiveSmallIntegerField(_("percent"))
    due = models.CharField(_("when it is due"), max_length=12, choices=Due)
    stands = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["order"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["call", "order"], name="fund_plan_step_once"),
            models.CheckConstraint(
                condition=Q(percent__gte=1) & Q(percent__lte=100), name="fund_plan_step_percent"
            ),
            Stands(name="fund_plan_step_stands"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} %"


class CostClass(models.Model):
    """What money may be spent on, or may not (`forbidden`, with the reason).

    `most_percent`: of all the costs; 0 is no limit.
    """

    call = models.ForeignKey(Call, models.CASCADE, related_name="cost_classes")
    key = models.SlugField(max_length=20)
    label = models.CharField(_("kind of cost"), max_length=40)
    forbidden = models.BooleanField(_("not paid from this fund"), default=False)
    why = models.CharField(_("why not, or what to mind"), max_length=200, blank=True)
    most_percent = models.PositiveSmallIntegerField(_("most in percent of the costs"), default=0)
    stands = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["forbidden", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["call", "key"], name="fund_cost_class_once"),
            models.CheckConstraint(condition=Q(most_percent__lte=100), name="fund_cost_class_percent"),
            Stands(name="fund_cost_class_stands"),
        ]

    def __str__(self) -> str:
        return self.label
