"""What the round in the browser is called, and who asks for what in it."""

from __future__ import annotations

FUND, SOURCE, MARK = "天馨睦邻微基金", "市福利彩票公益金", "中国福利彩票"
ROUND = "春季小额轮"
PROJECT, GROUP = "2 号楼门口歇脚凳", "2 号楼楼组"
# Title, and which place of the crowd ticks it: every one, every fifth.
RIVALS = {"门口花箱认养": 1, "中心花园长椅再加六张": 5}
# What is asked for: two lines of the budget, in yuan.
BENCHES, FITTING = ("带扶手的长凳", 4, 900), ("固定安装", 4, 150)
ASKED = BENCHES[1] * BENCHES[2] + FITTING[1] * FITTING[2]
POT, CAP = 10_000, 10_000
FIRST, LAST = ASKED * 70 // 100, ASKED * 30 // 100
