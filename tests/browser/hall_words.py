"""What the meetings in the browser are called, and who speaks for whom in them."""

from __future__ import annotations

GATE, GATE_TOPIC = "红林路小门听证会", "开一扇红林路小门"
WORKING, ELDERLY, NEAR = "上班族", "老年居民", "临门楼栋"
# Seats a group: the first two have as many as sign up, for the last one there are more people than seats.
SEATS = {WORKING: 2, ELDERLY: 2, NEAR: 3}
CROWD = 8
SIGNED_UP = {"zhou": WORKING, "chen": WORKING, "zhu": ELDERLY, "volunteer": ELDERLY}
PHONES = ("zhou", "chen", "zhu")
AGENDA = ("介绍方案", "代表发言", "会场表决")
SEED_EVENT, SEED = "下一期双色球红球，从小到大，中间空一格", "03 07 11 19 24 31"

STAIRS, STAIRS_TOPIC = "9号楼加装电梯协商听证会", "9号楼加装电梯"
ROUNDS = 8
