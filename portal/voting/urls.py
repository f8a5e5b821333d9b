from __future__ import annotations

from django.urls import path, re_path

from portal.record import views as record
from portal.voting.views import calling, casting, paper, reading, rolls, secret

app_name = "voting"
urlpatterns = [
    path("n/<slug:slug>/votes/", reading.votes, name="votes"),
    path("n/<slug:slug>/votes/new/", calling.call, name="call"),
    path("votes/recount.py", reading.recount_program, name="recount"),
    path("votes/<int:pk>/", reading.vote, name="vote"),
    path("votes/<int:pk>/check/", casting.check, name="check"),
    path("votes/<int:pk>/turnout/", reading.turnout, name="turnout"),
    path("votes/<int:pk>/roll/", rolls.roll, name="roll"),
    path("votes/<int:pk>/asked/", rolls.notice, name="roll_notice"),
    path("votes/<int:pk>/roll/<int:number>/", rolls.line, name="roll_line"),
    path("votes/<int:pk>/roll/<slug:action>/", rolls.roll_act, name="roll_act"),
    path("votes/lines/<int:pk>/<slug:action>/", rolls.line_act, name="line_act"),
    path("votes/mandates/<int:pk>/<slug:action>/", rolls.mandate_act, name="mandate_act"),
    path("votes/candidates/<int:pk>/<slug:action>/", calling.candidate_act, name="candidate_act"),
    path("votes/objections/<int:pk>/<slug:action>/", rolls.objection_act, name="objection_act"),
    path("votes/<int:pk>/service/", rolls.service, name="service"),
    path("votes/<int:pk>/paper/", paper.desk, name="paper"),
    path("votes/<int:pk>/paper/print/sheets/", paper.sheets, name="paper_sheets"),
    path("votes/<int:pk>/paper/<slug:action>/", paper.paper_act, name="paper_act"),
    path("votes/papers/<int:pk>/<slug:action>/", paper.paper_reading, name="paper_reading"),
    path("votes/envelopes/<int:pk>/<slug:action>/", paper.envelope_act, name="envelope_act"),
    path("votes/<int:pk>/result.json", reading.result_file, name="result"),
    path("votes/<int:pk>/course/<slug:action>/", calling.act, name="act"),
    path("votes/<int:pk>/sealed/", secret.cast_sealed, name="cast_sealed"),
    path("votes/<int:pk>/keys/", secret.keys, name="keys"),
    path("votes/<int:pk>/keys/<slug:action>/", secret.keys_act, name="keys_act"),
    path("votes/<int:pk>/open/", secret.keys_act, {"action": "open-box"}, name="open_box"),
    # Other apps give out numbers, too: the record knows who answers for one.
    path("v/", record.find_number, name="find_receipt"),
    re_path(r"^v/(?P<number>[^/]{1,40})/?$", record.number, name="receipt"),
]
