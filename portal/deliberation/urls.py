from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from portal.deliberation.views import acting, proposing, topics
from portal.deliberation.views.hearing_urls import HEARING_URLS

app_name = "deliberation"

TOPIC_URLS: list[URLPattern] = [
    path("n/<slug:slug>/topics/", topics.topics, name="topics"),
    path("n/<slug:slug>/topics/new/", proposing.propose, name="propose"),
    path("topics/<int:pk>/", topics.topic, name="topic"),
    path("topics/<int:pk>/draft/<int:step>/", proposing.draft, name="draft"),
    path("topics/<int:pk>/check/", proposing.check, name="check"),
    path("topics/<int:pk>/steps/<int:step>/done/", acting.report_step, name="report_step"),
    path("topics/<int:pk>/steps/<int:step>/date/", acting.move_step, name="move_step"),
    path("topics/<int:pk>/do/<slug:action>/", acting.act, name="act"),
]

urlpatterns: list[URLPattern | URLResolver] = [*TOPIC_URLS, *HEARING_URLS]
