"""Which WeChat reader an account is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.community.models import User


class WechatLink(models.Model):
    """An account and the reader of the portal's WeChat account that it is, or the code by which it will be known.

    The code is sent to the WeChat account by its reader, who so proves to be both.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="wechat")
    openid = models.CharField(max_length=64, blank=True, default="")
    code = models.CharField(max_length=8, blank=True, default="")
    code_until = models.DateTimeField(null=True, blank=True)
    linked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["openid"], condition=~Q(openid=""), name="wechat_openid_once"),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="wechat_code_once"),
        ]

    def __str__(self) -> str:
        return f"wechat of {self.user_id}"
