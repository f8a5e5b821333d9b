"""Addresses of home pages, notices and texts, and of their editing screens."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from portal.pages import composing, editing, feed, phone, views
from portal.pages.cards import views as cards
from portal.pages.disclosure import views as disclosure
from portal.pages.resources import views as resources

app_name = "pages"
urlpatterns: list[URLPattern | URLResolver] = [
    path("manifest.webmanifest", phone.manifest, name="manifest"),
    path("offline/", phone.offline, name="offline"),
    path("sheets/<slug:kind>/<int:pk>/", phone.sheet, name="sheet"),
    path("n/<slug:slug>/", views.neighbourhood, name="neighbourhood"),
    path("n/<slug:slug>/take-part/", views.take_part, name="take_part"),
    path("n/<slug:slug>/notices/", views.notices, name="notices"),
    path("n/<slug:slug>/notices.atom", feed.notices, name="feed"),
    path("n/<slug:slug>/p/<int:pk>/", views.page, name="page"),
    path("n/<slug:slug>/p/<int:pk>/corrected/<int:sequence>/", editing.correction, name="correction"),
    path("n/<slug:slug>/edit/", editing.index, name="edit_index"),
    path("n/<slug:slug>/edit/new/<slug:kind>/", editing.new, name="new"),
    path("n/<slug:slug>/edit/home/<int:pk>/", composing.edit, name="home_edit"),
    path("n/<slug:slug>/edit/home/<int:pk>/preview/", composing.preview, name="home_preview"),
    path("n/<slug:slug>/edit/home/<int:pk>/both/<int:revision>/", composing.both, name="home_both"),
    path("n/<slug:slug>/edit/home/<int:pk>/history/", composing.history, name="home_history"),
    path("n/<slug:slug>/edit/home/<int:pk>/history/<int:revision>/", composing.restore, name="home_restore"),
    path("n/<slug:slug>/edit/home/<int:pk>/<slug:action>/", composing.act, name="home_act"),
    path("n/<slug:slug>/edit/<int:pk>/", editing.edit, name="edit"),
    path("n/<slug:slug>/edit/<int:pk>/preview/", editing.preview, name="preview"),
    path("n/<slug:slug>/edit/<int:pk>/both/<int:revision>/", editing.both, name="both"),
    path("n/<slug:slug>/edit/<int:pk>/compare/", editing.compare, name="compare"),
    path("n/<slug:slug>/edit/<int:pk>/history/", editing.history, name="history"),
    path("n/<slug:slug>/edit/<int:pk>/history/<int:revision>/", editing.restore, name="restore"),
    path("n/<slug:slug>/edit/<int:pk>/<slug:action>/", editing.act, name="act"),
    path("n/<slug:slug>/contacts/", cards.contacts, name="contacts"),
    path("n/<slug:slug>/contacts/number/", cards.my_number, name="my_number"),
    path("n/<slug:slug>/contacts/all-<slug:size>.pdf", cards.cards_pdf, name="cards_pdf"),
    path("n/<slug:slug>/contacts/<int:pk>/", cards.card, name="card"),
    path("n/<slug:slug>/contacts/<int:pk>/edit/", cards.card_edit, name="card_edit"),
    path("n/<slug:slug>/contacts/<int:pk>/card.vcf", cards.card_file, name="card_file"),
    path("n/<slug:slug>/contacts/<int:pk>/card.pdf", cards.card_pdf, name="card_pdf"),
    path("contact-cards/<int:pk>/<slug:action>/", cards.act, name="card_act"),
    path("n/<slug:slug>/disclosure/", disclosure.disclosure, name="disclosure"),
    path("n/<slug:slug>/disclosure/new/", disclosure.new, name="disclosure_new"),
    path("disclosure/<int:pk>/", disclosure.item, name="disclosure_item"),
    path("disclosure/<int:pk>/<slug:action>/", disclosure.act, name="disclosure_act"),
    path("disclosed/<int:pk>/", disclosure.publication, name="publication"),
    path("disclosed/<int:pk>/<slug:action>/", disclosure.correct, name="publication_act"),
    path("n/<slug:slug>/resources/", resources.resources, name="resources"),
    path("n/<slug:slug>/resources/offer/", resources.offer, name="skill_offer"),
    path("n/<slug:slug>/resources/plan/", resources.plan, name="site_plan"),
    path("n/<slug:slug>/resources/new/<slug:kind>/", resources.new, name="resource_new"),
    path("resources/<int:pk>/", resources.resource, name="resource"),
    path("resources/<int:pk>/<slug:action>/", resources.act, name="resource_act"),
    path("skill-requests/<int:pk>/", resources.skill_request, name="skill_request"),
    path("skill-requests/<int:pk>/<slug:action>/", resources.request_act, name="skill_request_act"),
    path("accessibility/", views.statement, {"name": "accessibility"}, name="accessibility"),
    path("privacy/", views.statement, {"name": "privacy"}, name="privacy"),
]
