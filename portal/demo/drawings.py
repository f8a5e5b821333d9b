"""The demo's pictures: drawings made for it, kept by the same door as any photo somebody brings."""

from __future__ import annotations

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.community import uploads
from portal.community.models import Area, Upload, User

PICTURES = Path(__file__).with_name("pictures")
# What each shows, for those who do not see it.
SHOWS = {
    "estate": "小区花园：老人坐在长凳上聊天，邻居在公告栏前看通知",
    "gate": "红林路小门效果图：围墙上的人行门，有坡道、刷卡器和路灯",
    "chargers": "电动自行车集中充电棚示意图",
    "garden": "共享菜园设想图：一排排菜畦，一位阿姨在浇水",
    "square": "楼前小广场种了两棵遮荫树的设想图",
    "bench-before": "改造前：长凳断了木条，地面积水",
    "bench-after": "改造后：带靠背和扶手的新长凳，两位老人坐着聊天",
    "building-3": "3 号楼门前，邻居们在门口说话",
    "building-6": "6 号楼门前，邻居们在门口说话",
    "building-9": "9 号楼门前，邻居们在门口说话",
    "stairs": "楼道里新装的扶手和花架",
    "meeting": "邻居围坐一桌，商量楼里的事",
    "flowers": "门口的花箱，居民轮流浇水",
    "sockets": "车棚墙上新装的充电插座，三辆电动车在充电",
    "wiring": "师傅在梯子上接线，墙上标好了插座的位置",
    "ramp": "门前铺好的缓坡和扶手，邻居推着轮椅上坡",
    "lamp": "楼道感应灯亮了，一位老人正要上楼",
    "phones": "老人们围坐学用手机，老师在讲课",
    "swap": "交换周的长桌上摆着书、玩具和灯罩",
    "face-1": "头像：短发，绿色上衣",
    "face-2": "头像：齐耳短发，红色上衣",
    "face-3": "头像：白发，戴眼镜，蓝色上衣",
    "face-4": "头像：长发，紫色上衣",
    "face-5": "头像：灰白短发，戴眼镜，黄色上衣",
    "face-6": "头像：短发，戴眼镜，浅绿色上衣",
}


def photo(name: str) -> SimpleUploadedFile:
    """A drawing as a browser would send it. `name`: a key of SHOWS."""
    content = (PICTURES / f"{name}.webp").read_bytes()
    return SimpleUploadedFile(f"{SHOWS[name][:20]}.webp", content, "image/webp")


def drawing(user: User, area: Area, name: str, *, public: bool = True) -> Upload:
    """A drawing kept as a file that `user` brought to an area, published at once unless said otherwise."""
    kept = uploads.accept(user, area, photo(name), alt=SHOWS[name])
    if public:
        uploads.publish([kept])
    return kept
