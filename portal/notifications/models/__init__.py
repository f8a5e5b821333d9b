"""What reaches a person: in the site, of many by a row that is delivered in slices; and by the ways out of it."""

from portal.notifications.models.choices import Channel, Follow, Pace, Preference, Way
from portal.notifications.models.devices import PushDevice
from portal.notifications.models.news import (
    FORGOTTEN_AFTER,
    NEWS,
    TRIES,
    Ceiling,
    Delivery,
    Mail,
    Notice,
    NoticeQuerySet,
    Outgoing,
    Text,
)
from portal.notifications.models.parcels import Parcel
from portal.notifications.models.wechat import WechatLink

__all__ = [
    "FORGOTTEN_AFTER",
    "NEWS",
    "TRIES",
    "Ceiling",
    "Channel",
    "Delivery",
    "Follow",
    "Mail",
    "Notice",
    "NoticeQuerySet",
    "Outgoing",
    "Pace",
    "Parcel",
    "Preference",
    "PushDevice",
    "Text",
    "Way",
    "WechatLink",
]
