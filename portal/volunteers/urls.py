from __future__ import annotations

from django.urls import URLPattern, path, re_path
from django.views.decorators.cache import never_cache

from portal.actions.views import action_view
from portal.volunteers.actions import (
    ACTIVITY_ACTIONS,
    CERTIFICATE_ACTIONS,
    MEMBER_ACTIONS,
    RECORD_ACTIONS,
    SHIFT_ACTIONS,
    SIGNUP_ACTIONS,
    TEAM_ACTIONS,
)
from portal.volunteers.permissions import (
    ACTIVITIES,
    CERTIFICATES,
    MEMBERSHIPS,
    RECORDS,
    SHIFTS,
    SIGNUPS,
    TEAMS,
)
from portal.volunteers.views import (
    activities,
    attendance,
    calendars,
    certificates,
    disputes,
    hours,
    pictures,
    shifts,
    tables,
    teams,
)

app_name = "volunteers"
urlpatterns: list[URLPattern] = [
    # Teams and activities.
    path("n/<slug:slug>/activities/", activities.activities, name="activities"),
    path("n/<slug:slug>/activities/calendar/", calendars.calendar, name="calendar"),
    path("n/<slug:slug>/activities.ics", calendars.calendar_file, name="calendar_file"),
    path("n/<slug:slug>/teams/", teams.teams, name="teams"),
    path("n/<slug:slug>/teams/new/", teams.team_new, name="team_new"),
    path("teams/<int:pk>/", teams.team, name="team"),
    path("teams/<int:pk>/members/", teams.members, name="members"),
    path("teams/<int:pk>/members/add/", teams.member_add, name="member_add"),
    path("teams/<int:pk>/activities/new/", activities.activity_new, name="activity_new"),
    path("activities/<int:pk>/", activities.activity, name="activity"),
    path("activities/<int:pk>/print/", activities.activity_print, name="activity_print"),
    path("shifts/<int:pk>/calendar.ics", calendars.shift_file, name="shift_file"),
    path("me/certificates/", certificates.certificates, name="certificates"),
    path("me/certificates/ask/", certificates.ask, name="certificate_ask"),
    path("n/<slug:slug>/certificates/", certificates.desk, name="certificate_desk"),
    path("n/<slug:slug>/certificates/new/", certificates.at_counter, name="certificate_for"),
    path("certificates/<int:pk>/", certificates.certificate, name="certificate"),
    path("certificates/<int:pk>/certificate.pdf", certificates.download, name="certificate_pdf"),
    re_path(r"^v/(?P<number>[^/]{1,40})/compare/$", certificates.compare, name="certificate_compare"),
    # Signing up and attendance.
    path("shifts/<int:pk>/", shifts.shift, name="shift"),
    path("me/activities/", shifts.my_activities, name="my_activities"),
    path("shifts/<int:pk>/list/", attendance.attendance, name="attendance"),
    path("shifts/<int:pk>/list/offline/", attendance.offline, name="offline"),
    path("shifts/<int:pk>/list/print/", attendance.list_print, name="list_print"),
    path("shifts/<int:pk>/code/", attendance.place_code, name="place_code"),
    path("shifts/<int:pk>/in/<slug:code>/", attendance.check_in, name="check_in"),
    path("shifts/<int:pk>/say/", attendance.say_code, name="say_code"),
    # Hours.
    path("shifts/<int:pk>/hours/", hours.hours_desk, name="hours_desk"),
    path("teams/<int:pk>/hours/", hours.team_hours, name="team_hours"),
    path("teams/<int:pk>/hours/import/", tables.hours_import, name="hours_import"),
    path("n/<slug:slug>/hours/export/", tables.hours_export, name="hours_export"),
    path("hours/notices/<int:pk>/", disputes.hours_notice, name="hours_notice"),
    path("hours/<int:pk>/", disputes.record, name="record"),
    path("hours/<int:pk>/evidence/", disputes.evidence, name="evidence"),
    path("me/hours/", pictures.my_hours, name="my_hours"),
    path("me/volunteer/", pictures.me_volunteer, name="me_volunteer"),
    path("n/<slug:slug>/volunteers/", pictures.overview, name="overview"),
    path("places/<slug:slug>/hours/", pictures.place_sums, name="sums"),
    # What can be done to each thing.
    path("teams/<int:pk>/<slug:action>/", action_view(TEAMS, TEAM_ACTIONS), name="team_act"),
    path("memberships/<int:pk>/<slug:action>/", action_view(MEMBERSHIPS, MEMBER_ACTIONS), name="member_act"),
    path(
        "activities/<int:pk>/<slug:action>/", action_view(ACTIVITIES, ACTIVITY_ACTIONS), name="activity_act"
    ),
    path("shifts/<int:pk>/<slug:action>/", never_cache(action_view(SHIFTS, SHIFT_ACTIONS)), name="shift_act"),
    path(
        "signups/<int:pk>/<slug:action>/",
        never_cache(action_view(SIGNUPS, SIGNUP_ACTIONS)),
        name="signup_act",
    ),
    path("hours/<int:pk>/<slug:action>/", action_view(RECORDS, RECORD_ACTIONS), name="record_act"),
    path(
        "certificates/<int:pk>/<slug:action>/",
        action_view(CERTIFICATES, CERTIFICATE_ACTIONS),
        name="certificate_act",
    ),
]
