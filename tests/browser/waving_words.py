"""What the wave in the browser is called, and what people need in it."""

from __future__ import annotations

TITLE = "今年的居民需求问卷"
ADDED = "老人的饭怎么吃方便？"
# Key, what is needed, and how many of a hundred need it.
NEEDS = (
    ("meals", "老人助餐点", 70),
    ("lift", "楼道扶手", 66),
    ("charging", "电动车充电插座", 62),
    ("parking", "夜间停车", 58),
    ("gate", "北门门禁", 54),
    ("pool", "小区游泳池", 50),
    ("shop", "小区菜店", 12),
)
# Over the line.
WANTED = tuple(text for _key, text, share in NEEDS if share > 30)
