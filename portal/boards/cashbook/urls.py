"""Addresses of cash books."""

from __future__ import annotations

from django.urls import path

from portal.boards.cashbook import views

urlpatterns = [
    path("boards/<int:pk>/cashbook/<slug:action>/", views.open_act, name="open_cashbook"),
    path("cashbooks/<int:pk>/", views.cashbook, name="cashbook"),
    path("cashbooks/<int:pk>/sheet/", views.sheet, name="cashbook_sheet"),
    path("cashbooks/<int:pk>/book.csv", views.table, name="cashbook_csv"),
    path("cashbooks/<int:pk>/book.beancount", views.as_beancount, name="cashbook_beancount"),
    path("cashbooks/<int:pk>/<slug:action>/", views.act, name="cashbook_act"),
    path("cashbooks/lines/<int:pk>/", views.line, name="line"),
    path("cashbooks/lines/<int:pk>/receipts/<uuid:upload>/", views.receipt, name="receipt"),
    path("cashbooks/lines/<int:pk>/<slug:action>/", views.line_act, name="line_act"),
    path("cashbooks/spendings/<int:pk>/", views.spending, name="spending"),
    path(
        "cashbooks/spendings/<int:pk>/receipts/<uuid:upload>/",
        views.spending_receipt,
        name="spending_receipt",
    ),
    path("cashbooks/spendings/<int:pk>/<slug:action>/", views.spending_act, name="spending_act"),
]
