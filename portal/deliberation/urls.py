from __future__ import annotations

from django.urls import URLPattern, path

from portal.deliberation.views import proposing, topics
from portal.meetings.views import plan

app_name = "deliberation"

urlpatterns: list[URLPattern] = [
    path("n/<slug:slug>/topics/", topics.topics, name="topics"),
    path("n/<slug:slug>/topics/new/", proposing.propose, name="propose"),
    path("n/<slug:slug>/topics/alike/", proposing.alike, name="alike"),
    path("topics/<int:pk>/", topics.topic, name="topic"),
    path("topics/<int:pk>/draft/<int:step>/", proposing.draft, name="draft"),
    path("topics/<int:pk>/check/", proposing.check, name="check"),
    path("topics/steps/<int:pk>/<slug:action>/", topics.step_act, name="step_act"),
    path("topics/<int:pk>/hearing/new/", plan, {"kind": "topic"}, name="call_hearing"),
    path("topics/<int:pk>/<slug:action>/", topics.act, name="act"),
]
