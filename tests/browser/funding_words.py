"""What the round in the browser is called, and who asks for what in it."""

from __future__ import annotations

FUND, SOURCE, MARK = "楼门口微基金", "市福利彩票公益金", "中国福利彩票"
ROUND = "春季小额轮"
PROJECT, GROUP = "2 号楼门口歇脚凳", "2 号楼楼组"
# What others ask for, and every how many of the crowd tick it.
RIVALS = {"门口花箱认养": 2, "楼道折叠凳": 5}
# What is asked for: two lines of the budget, in yuan.
BENCHES, FITTING = ("带扶手的长凳", 4, 900), ("固定安装", 4, 150)
ASKED = BENCHES[1] * BENCHES[2] + FITTING[1] * FITTING[2]
POT, CAP = 7_000, 7_000
FIRST, LAST = ASKED * 70 // 100, ASKED * 30 // 100
