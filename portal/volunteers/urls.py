from __future__ import annotations

from django.urls import URLPattern, path, re_path

from portal.volunteers.views import activities, attendance, calendars, certificates, shifts, signing, teams

app_name = "volunteers"
urlpatterns: list[URLPattern] = [
    # Teams and activities.
    path("n/<slug:slug>/activities/", activities.activities, name="activities"),
    path("n/<slug:slug>/activities/calendar/", calendars.calendar, name="calendar"),
    path("n/<slug:slug>/activities.ics", calendars.calendar_file, name="calendar_file"),
    path("n/<slug:slug>/teams/", teams.teams, name="teams"),
    path("n/<slug:slug>/teams/new/", teams.team_new, name="team_new"),
    path("teams/<int:pk>/", teams.team, name="team"),
    path("teams/<int:pk>/edit/", teams.team_edit, name="team_edit"),
    path("teams/<int:pk>/members/", teams.members, name="members"),
    path("teams/<int:pk>/members/add/", teams.member_add, name="member_add"),
    path("memberships/<int:pk>/", teams.member_change, name="member_change"),
    path("teams/<int:pk>/join/", teams.join, name="join"),
    path("teams/<int:pk>/leave/", teams.leave, name="leave"),
    path("teams/<int:pk>/activities/new/", activities.activity_new, name="activity_new"),
    path("activities/<int:pk>/", activities.activity, name="activity"),
    path("activities/<int:pk>/edit/", activities.activity_edit, name="activity_edit"),
    path("activities/<int:pk>/print/", activities.activity_print, name="activity_print"),
    path("activities/<int:pk>/shifts/new/", activities.shifts_new, name="shifts_new"),
    path("activities/<int:pk>/<slug:act>/", activities.activity_act, name="activity_act"),
    path("shifts/<int:pk>/edit/", activities.shift_edit, name="shift_edit"),
    path("shifts/<int:pk>/call-off/", activities.shift_call_off, name="shift_call_off"),
    path("shifts/<int:pk>/calendar.ics", calendars.shift_file, name="shift_file"),
    path("me/certificates/", certificates.certificates, name="certificates"),
    path("me/certificates/ask/", certificates.ask, name="certificate_ask"),
    path("n/<slug:slug>/certificates/", certificates.desk, name="certificate_desk"),
    path("n/<slug:slug>/certificates/new/", certificates.at_counter, name="certificate_for"),
    path("certificates/<int:pk>/", certificates.certificate, name="certificate"),
    path("certificates/<int:pk>/certificate.pdf", certificates.download, name="certificate_pdf"),
    path("certificates/<int:pk>/<slug:act>/", certificates.act, name="certificate_act"),
    re_path(r"^v/(?P<number>[^/]{1,40})/compare/$", certificates.compare, name="certificate_compare"),
    # Signing up and attendance.
    path("shifts/<int:pk>/", shifts.shift, name="shift"),
    path("me/activities/", shifts.my_activities, name="my_activities"),
    path("shifts/<int:pk>/sign-up/", signing.sign_up, name="sign_up"),
    path("shifts/<int:pk>/cancel/", signing.cancel, name="cancel"),
    path("shifts/<int:pk>/sign-up-for/", signing.sign_up_for, name="sign_up_for"),
    path("signups/<int:pk>/consent/", signing.consent, name="consent"),
    path("signups/<int:pk>/paper-consent/", signing.paper_consent, name="paper_consent"),
    path("signups/<int:pk>/decide/", signing.decide, name="decide"),
    path("signups/<int:pk>/release/", signing.release, name="release"),
    path("signups/<int:pk>/times/", attendance.times, name="times"),
    path("shifts/<int:pk>/list/", attendance.attendance, name="attendance"),
    path("shifts/<int:pk>/list/mark/", attendance.mark, name="mark"),
    path("shifts/<int:pk>/list/offline/", attendance.offline, name="offline"),
    path("shifts/<int:pk>/list/print/", attendance.list_print, name="list_print"),
    path("shifts/<int:pk>/code/", attendance.place_code, name="place_code"),
    path("shifts/<int:pk>/in/<slug:code>/", attendance.check_in, name="check_in"),
    path("shifts/<int:pk>/say/", attendance.say_code, name="say_code"),
]
