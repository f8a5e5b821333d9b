"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.funds.running import views

urlpatterns: list[URLPattern] = [
    path("funds/grants/<int:pk>/do/<slug:action>/", views.act, name="running_act"),
    path("funds/grants/<int:pk>/agreement/", views.agreement, name="agreement"),
    path("funds/projects/<int:pk>/receipts/", views.receipts, name="receipts"),
    path("funds/instalments/<int:pk>/<slug:action>/", views.instalment_act, name="instalment_act"),
    path("funds/invoices/<int:pk>/file/", views.invoice_file, name="invoice_file"),
    path("funds/invoices/<int:pk>/xml/", views.invoice_xml, name="invoice_xml"),
    path("funds/invoices/<int:pk>/do/<slug:action>/", views.invoice_act, name="invoice_act"),
    path("funds/changes/<int:pk>/<slug:action>/", views.change_act, name="change_act"),
    path("funds/refunds/<int:pk>/<slug:action>/", views.refund_act, name="refund_act"),
]
