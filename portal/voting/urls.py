from __future__ import annotations

from django.urls import path, re_path

from portal.voting import views

app_name = "voting"
urlpatterns = [
    path("n/<slug:slug>/votes/", views.votes, name="votes"),
    path("votes/recount.py", views.recount_program, name="recount"),
    path("votes/<int:pk>/", views.vote, name="vote"),
    path("votes/<int:pk>/check/", views.check, name="check"),
    path("votes/<int:pk>/cast/", views.cast, name="cast"),
    path("votes/<int:pk>/roll/", views.roll, name="roll"),
    path("votes/<int:pk>/result.json", views.result_file, name="result"),
    path("v/", views.find_receipt, name="find_receipt"),
    re_path(r"^v/(?P<number>[^/]{1,40})/?$", views.receipt, name="receipt"),
]
