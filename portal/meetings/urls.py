"""The addresses of meetings. A hearing is called on the page of what it is about: the app above gives that address."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.meetings import views
from portal.meetings.calendar.urls import urlpatterns as of_calendar
from portal.meetings.coordination.urls import urlpatterns as coordination
from portal.meetings.gatherings.urls import urlpatterns as gatherings
from portal.meetings.live.urls import urlpatterns as live
from portal.meetings.lots.urls import urlpatterns as lots
from portal.meetings.minutes import views as minutes
from portal.meetings.opinions.urls import urlpatterns as opinions
from portal.meetings.papers.urls import urlpatterns as of_papers
from portal.meetings.reviews.urls import urlpatterns as reviews
from portal.meetings.summons.urls import urlpatterns as summons

app_name = "meetings"

urlpatterns: list[URLPattern] = [
    *of_calendar,
    *of_papers,
    *lots,
    *live,
    *coordination,
    *reviews,
    *gatherings,
    *summons,
    path("n/<slug:slug>/meetings/", views.meetings, name="meetings"),
    path("hearings/<int:pk>/", views.hearing, name="hearing"),
    path("meetings/<int:pk>/minutes/", minutes.sheet, name="minutes"),
    path("meetings/<int:pk>/minutes.json", minutes.file, name="minutes_file"),
    path("decisions/<int:pk>/", minutes.decision, name="decision"),
    path("decisions/<int:pk>/<slug:action>/", minutes.act, name="decision_act"),
    path("hearings/<int:pk>/<slug:action>/", views.act, name="act"),
    *opinions,
]
