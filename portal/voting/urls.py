from __future__ import annotations

from django.urls import path, re_path

from portal.voting.views import calling, casting, moments, reading, rolls

app_name = "voting"
urlpatterns = [
    path("n/<slug:slug>/votes/", reading.votes, name="votes"),
    path("n/<slug:slug>/votes/new/", calling.call, name="call"),
    path("votes/recount.py", reading.recount_program, name="recount"),
    path("votes/<int:pk>/", reading.vote, name="vote"),
    path("votes/<int:pk>/check/", casting.check, name="check"),
    path("votes/<int:pk>/cast/", casting.cast, name="cast"),
    path("votes/<int:pk>/roll/", rolls.roll, name="roll"),
    path("votes/<int:pk>/result.json", reading.result_file, name="result"),
    path("votes/<int:pk>/course/<slug:action>/", moments.act, name="act"),
    path("v/", reading.find_receipt, name="find_receipt"),
    re_path(r"^v/(?P<number>[^/]{1,40})/?$", reading.receipt, name="receipt"),
]
