from __future__ import annotations

from django.urls import path

from portal.notifications import views

app_name = "notifications"
urlpatterns = [
    path("me/notices/", views.notices, name="notices"),
    path("me/notices/read/", views.read_all, name="read_all"),
    path("me/notices/preferences/", views.preferences, name="preferences"),
    path("me/following/", views.following, name="following"),
    path("me/following/posts/<slug:slug>/", views.posts, name="posts"),
    path("me/following/<slug:kind>:<int:pk>/", views.follow, name="follow"),
    path("me/push/", views.push_in, name="push_in"),
    path("me/push/out/", views.push_out, name="push_out"),
    path("me/wechat/", views.wechat_code, name="wechat_code"),
    path("me/wechat/out/", views.wechat_out, name="wechat_out"),
    path("wechat/link/", views.wechat_link, name="wechat_link"),
    path("sw.js", views.worker, name="worker"),
    path("out/<str:token>/", views.out, name="out"),
    path("me/notices/<int:pk>/", views.open_notice, name="open"),
]
