from __future__ import annotations

from django.urls import path

from portal.reports import views

app_name = "reports"
urlpatterns = [
    path("n/<slug:slug>/reports/", views.reports, name="reports"),
    path("n/<slug:slug>/reports/begin/", views.begin, name="begin"),
    path("n/<slug:slug>/lists/", views.lists, name="lists"),
    path("n/<slug:slug>/lists/<slug:name>/take/", views.take, name="take"),
    path("n/<slug:slug>/lists/<slug:name>.<slug:form>", views.list_file, name="list_file"),
    path("monthly-reports/<int:pk>/", views.report, name="report"),
    path("monthly-reports/<int:pk>/report.pdf", views.report_pdf, name="report_pdf"),
    path("monthly-reports/<int:pk>/<slug:action>/", views.act, name="act"),
]
