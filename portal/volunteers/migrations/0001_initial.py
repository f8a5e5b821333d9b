import django.db.models.deletion
import portal.record.clock
import portal.volunteers.models.constraints
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("community", "0001_initial"),
        ("community", "__first__"),
        ("duties", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name of the team")),
                ("about", models.TextField(blank=True, max_length=2000, verbose_name="what the team does")),
                ("founded_at", models.DateTimeField(default=portal.record.clock.now)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "founded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="teams", to="community.area"
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("neighbourhood", "name"), name="team_name_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[("leader", "team leader"), ("recorder", "recorder"), ("member", "member")],
                        default="member",
                        max_length=10,
                    ),
                ),
                ("joined_at", models.DateTimeField(default=portal.record.clock.now)),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="community.person",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="volunteers.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at", None)),
                        fields=("team", "person"),
                        name="membership_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at", None), ("left_at__gte", models.F("joined_at")), _connector="OR"
                        ),
                        name="membership_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Volunteer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "site_number",
                    models.CharField(
                        blank=True, max_length=30, verbose_name="number on the city's volunteer site"
                    ),
                ),
                ("named_since", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="volunteer",
                        to="community.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Activity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("patrol", "patrol"),
                            ("neighbour_help", "help among neighbours"),
                            ("elder_help", "help for older neighbours"),
                            ("environment", "clean-up and greening"),
                            ("culture", "culture and sports"),
                            ("event", "help at events"),
                            ("training", "training"),
                            ("other", "other"),
                        ],
                        default="other",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("content", models.TextField(max_length=3000, verbose_name="what will be done")),
                ("beneficiary", models.CharField(blank=True, max_length=100, verbose_name="for whom")),
                ("place", models.CharField(max_length=120, verbose_name="place")),
                ("skills", models.CharField(blank=True, max_length=200, verbose_name="skills that help")),
                ("bring", models.CharField(blank=True, max_length=200, verbose_name="what to bring")),
                ("risks", models.TextField(max_length=1000, verbose_name="risks and how they are met")),
                ("risky", models.BooleanField(default=False, verbose_name="bodily risk")),
                (
                    "insurance_number",
                    models.CharField(blank=True, max_length=60, verbose_name="number of the insurance"),
                ),
                ("least_age", models.PositiveSmallIntegerField(default=18, verbose_name="from age")),
                (
                    "most_age",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="up to age"),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("everyone", "everyone"),
                            ("neighbours", "those who live, own or work here"),
                            ("team", "the team only"),
                        ],
                        default="everyone",
                        max_length=12,
                        verbose_name="who reads it",
                    ),
                ),
                (
                    "screened",
                    models.BooleanField(default=False, verbose_name="the leader decides about each sign-up"),
                ),
                ("mutual_aid", models.BooleanField(default=False, verbose_name="elder-care mutual aid")),
                (
                    "cancel_hours",
                    models.PositiveSmallIntegerField(
                        default=24, verbose_name="cancel until so many hours before"
                    ),
                ),
                ("contact", models.CharField(blank=True, max_length=100, verbose_name="whom to ask")),
                ("about", models.CharField(blank=True, max_length=60)),
                ("created_at", models.DateTimeField(default=portal.record.clock.now)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("returned_why", models.CharField(blank=True, max_length=500)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_why", models.CharField(blank=True, max_length=500)),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activities",
                        to="community.area",
                    ),
                ),
                ("photos", models.ManyToManyField(blank=True, related_name="+", to="community.upload")),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activities",
                        to="volunteers.team",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("about", ""), _negated=True),
                        fields=["about"],
                        name="activity_about",
                    ),
                    models.Index(fields=["neighbourhood", "-approved_at"], name="activity_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("risky", False),
                            ("approved_at", None),
                            models.Q(("insurance_number", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="activity_risky_is_insured",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("most_age", None), ("most_age__gte", models.F("least_age")), _connector="OR"
                        ),
                        name="activity_ages",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_at", None), models.Q(("risks", ""), _negated=True), _connector="OR"
                        ),
                        name="activity_names_its_risks",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Shift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="place, where another")),
                ("slots", models.PositiveSmallIntegerField(verbose_name="places")),
                ("taken", models.PositiveSmallIntegerField(default=0)),
                ("secret", models.CharField(editable=False, max_length=64)),
                ("moved_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_why", models.CharField(blank=True, max_length=500)),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shifts",
                        to="volunteers.activity",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at", "pk"],
                "indexes": [models.Index(fields=["starts_at"], name="shift_start")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("taken__lte", models.F("slots"))), name="shift_places"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="shift_times"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settled_at", None), ("closed_at__isnull", False), _connector="OR"
                        ),
                        name="shift_settled_after_closing",
                    ),
                    models.UniqueConstraint(fields=("activity", "starts_at", "place"), name="shift_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Signup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("applied", "waiting for an answer"),
                            ("accepted", "has a place"),
                            ("waitlisted", "on the waiting list"),
                            ("declined", "declined"),
                            ("cancelled", "cancelled"),
                        ],
                        default="applied",
                        max_length=12,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("online", "online"),
                            ("paper", "paper"),
                            ("phone", "telephone"),
                            ("counter", "at the counter"),
                        ],
                        default="online",
                        max_length=10,
                    ),
                ),
                ("applied_at", models.DateTimeField(default=portal.record.clock.now)),
                ("remark", models.CharField(blank=True, max_length=200)),
                ("needs_consent", models.BooleanField(default=False)),
                ("consented_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_why", models.CharField(blank=True, max_length=300)),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "consent_paper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="community.upload",
                    ),
                ),
                (
                    "consented_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "guardian",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="community.person",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signups",
                        to="community.person",
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signups",
                        to="volunteers.shift",
                    ),
                ),
            ],
            options={
                "ordering": ["applied_at", "pk"],
                "indexes": [models.Index(fields=["person", "shift"], name="signup_person")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["accepted", "applied", "waitlisted"])),
                        fields=("shift", "person"),
                        name="signup_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("needs_consent", False),
                            ("consented_at__isnull", False),
                            models.Q(("state__in", ["accepted", "waitlisted"]), _negated=True),
                            _connector="OR",
                        ),
                        name="signup_of_minor_with_consent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("guardian", models.F("person")), _negated=True),
                        name="signup_guardian_is_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("in_at", models.DateTimeField()),
                (
                    "in_how",
                    models.CharField(
                        choices=[
                            ("qr", "QR code at the place"),
                            ("code", "code said aloud"),
                            ("list", "ticked on the list"),
                            ("group", "ticked with a group"),
                            ("offline", "list kept without network"),
                        ],
                        max_length=10,
                    ),
                ),
                ("out_at", models.DateTimeField(blank=True, null=True)),
                (
                    "out_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("qr", "QR code at the place"),
                            ("code", "code said aloud"),
                            ("list", "ticked on the list"),
                            ("group", "ticked with a group"),
                            ("offline", "list kept without network"),
                        ],
                        max_length=10,
                    ),
                ),
                ("received_at", models.DateTimeField(default=portal.record.clock.now)),
                ("corrected_at", models.DateTimeField(blank=True, null=True)),
                (
                    "in_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "out_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "signup",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendance",
                        to="volunteers.signup",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("out_at", None), ("out_at__gt", models.F("in_at")), _connector="OR"
                        ),
                        name="attendance_out_after_in",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("out_at", None), ("out_by", None), ("out_how", "")),
                            models.Q(
                                ("out_at__isnull", False),
                                ("out_by__isnull", False),
                                models.Q(("out_how", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="attendance_out_is_told",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HourRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("month", models.PositiveIntegerField()),
                ("starts_at", models.DateTimeField(verbose_name="from")),
                ("ends_at", models.DateTimeField(verbose_name="to")),
                ("minutes", models.PositiveIntegerField(verbose_name="minutes")),
                ("mutual_aid", models.BooleanField(default=False)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("attendance", "attendance list"),
                            ("claim", "claimed by the volunteer"),
                            ("ledger", "entered by a recorder"),
                            ("import", "from a table"),
                            ("correction", "correction"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("claimed", "claimed by the volunteer"),
                            ("entered", "entered"),
                            ("verified", "verified"),
                            ("on_notice", "on public notice"),
                            ("booked", "booked"),
                            ("disputed", "disputed"),
                            ("corrected", "replaced by a correction"),
                            ("rejected", "rejected"),
                            ("revoked", "revoked"),
                        ],
                        default="entered",
                        max_length=12,
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("remark", models.CharField(blank=True, max_length=300)),
                ("entered_at", models.DateTimeField(default=portal.record.clock.now)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("booked_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_why", models.CharField(blank=True, max_length=300)),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hours",
                        to="volunteers.activity",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="community.person",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="community.person"
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="community.upload",
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="hours", to="community.area"
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hours",
                        to="duties.publicnotice",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hours",
                        to="community.person",
                    ),
                ),
                (
                    "recorder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="community.person",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="volunteers.hourrecord",
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hours",
                        to="volunteers.shift",
                    ),
                ),
                (
                    "signup",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hours",
                        to="volunteers.signup",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hours",
                        to="volunteers.team",
                    ),
                ),
            ],
            options={
                "ordering": ["-starts_at", "-pk"],
                "indexes": [
                    models.Index(fields=["person", "-day"], name="hours_of_person"),
                    models.Index(fields=["team", "state"], name="hours_of_team"),
                    models.Index(
                        condition=models.Q(("mutual_aid", False), ("state", "booked")),
                        fields=["neighbourhood", "month", "person", "minutes", "state", "mutual_aid"],
                        name="hours_sums",
                    ),
                    models.Index(
                        condition=models.Q(("state", "on_notice")), fields=["notice"], name="hours_to_book"
                    ),
                ],
                "constraints": [
                    portal.volunteers.models.constraints.NoOverlap(
                        among="booked",
                        ends="ends_at",
                        name="hours_never_overlap",
                        owner="person",
                        starts="starts_at",
                        state="state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="hours_times"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minutes__gt", 0),
                            (
                                "minutes__lte",
                                portal.volunteers.models.constraints.MinutesBetween(
                                    models.F("starts_at"), models.F("ends_at")
                                ),
                            ),
                        ),
                        name="hours_minutes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("recorder", models.F("person")), _negated=True),
                        name="hours_recorder_is_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["verified", "on_notice", "booked"]), _negated=True),
                            models.Q(("recorder__isnull", False), ("verified_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="hours_verified_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "booked"), _negated=True),
                            models.Q(("booked_at__isnull", False), ("notice__isnull", False)),
                            _connector="OR",
                        ),
                        name="hours_booked_after_notice",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["booked", "claimed", "disputed", "entered", "on_notice", "verified"],
                            )
                        ),
                        fields=("shift", "person"),
                        name="hours_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HourDispute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=500, verbose_name="what is wrong")),
                ("at", models.DateTimeField(default=portal.record.clock.now)),
                (
                    "was",
                    models.CharField(
                        choices=[
                            ("claimed", "claimed by the volunteer"),
                            ("entered", "entered"),
                            ("verified", "verified"),
                            ("on_notice", "on public notice"),
                            ("booked", "booked"),
                            ("disputed", "disputed"),
                            ("corrected", "replaced by a correction"),
                            ("rejected", "rejected"),
                            ("revoked", "revoked"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("stands", "the record stands"),
                            ("corrected", "the record is corrected"),
                            ("rejected", "the record is struck out"),
                        ],
                        max_length=12,
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="answer")),
                ("starts_at", models.DateTimeField(blank=True, null=True)),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("found_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="community.person",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="community.person",
                    ),
                ),
                (
                    "found_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="community.person",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="volunteers.hourrecord",
                    ),
                ),
            ],
            options={
                "ordering": ["at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed_at", None)),
                        fields=("record",),
                        name="dispute_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confirmed_by", models.F("found_by")), _negated=True),
                        name="dispute_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_at", None),
                            models.Q(("confirmed_by__isnull", False), ("found_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispute_found_before_confirmed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField()),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("online", "online"),
                            ("paper", "paper"),
                            ("phone", "telephone"),
                            ("counter", "at the counter"),
                        ],
                        default="online",
                        max_length=10,
                    ),
                ),
                ("requested_at", models.DateTimeField(default=portal.record.clock.now)),
                ("refused_at", models.DateTimeField(blank=True, null=True)),
                ("refused_why", models.CharField(blank=True, max_length=300)),
                ("number", models.CharField(blank=True, max_length=20, null=True, unique=True)),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
                ("minutes", models.PositiveIntegerField(default=0)),
                ("body", models.JSONField(default=dict)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("voided_why", models.CharField(blank=True, max_length=300)),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="community.person",
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="community.area",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="community.person",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-requested_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))), name="certificate_dates"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("issued_at", None),
                                ("issued_by", None),
                                ("minutes", 0),
                                ("number", None),
                                ("sha256", ""),
                            ),
                            models.Q(
                                ("issued_at__isnull", False),
                                ("issued_by__isnull", False),
                                ("minutes__gt", 0),
                                ("number__isnull", False),
                                ("refused_at", None),
                                models.Q(("sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="certificate_issued_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("voided_at", None), ("issued_at__isnull", False), _connector="OR"
                        ),
                        name="certificate_voided_after_issue",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("issued_by", models.F("person")), _negated=True),
                        name="certificate_issued_by_another",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("issued_at", None), ("refused_at", None)),
                        fields=("person", "neighbourhood"),
                        name="certificate_one_request",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CertificateLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="volunteers.certificate",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certified",
                        to="volunteers.hourrecord",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("certificate", "record"), name="certificate_line_once")
                ],
            },
        ),
    ]
