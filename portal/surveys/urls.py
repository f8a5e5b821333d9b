"""Addresses of surveys, by rooms."""

from __future__ import annotations

from django.urls import URLPattern

from portal.surveys.answering.urls import urlpatterns as answering
from portal.surveys.building.urls import urlpatterns as building
from portal.surveys.course.urls import urlpatterns as course
from portal.surveys.exchange.urls import urlpatterns as exchange
from portal.surveys.exchange.xlsform.urls import urlpatterns as xlsform
from portal.surveys.lists.urls import urlpatterns as lists
from portal.surveys.paper.urls import urlpatterns as paper
from portal.surveys.reception.urls import urlpatterns as reception
from portal.surveys.results.urls import urlpatterns as results
from portal.surveys.showing.urls import urlpatterns as showing

app_name = "surveys"
urlpatterns: list[URLPattern] = [
    *course,
    *building,
    *answering,
    *paper,
    *results,
    *showing,
    *lists,
    *reception,
    *exchange,
    *xlsform,
]
