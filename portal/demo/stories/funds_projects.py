"""The projects for which neighbours of the demo ask money, and how one of them applies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal.community.models import Ownership, User
from portal.demo.drawings import photo
from portal.demo.world import World
from portal.funds.applying import services as applying
from portal.funds.models import ApplicantKind, Application, Call, PayeeKind
from portal.kit import clock

YUAN = 100
RISKS = "下雨天顺延；用的材料和电器都要合格证，请懂行的邻居看着装。"


@dataclass(frozen=True)
class Project:
    """Who asks for what. `lines`: kind of cost, item, unit, how many, price of one in yuan. `who` is an account of the
    demo, or how far down the list of neighbours."""

    key: str
    who: str | int
    title: str
    summary: str
    group: str
    need: str
    households: int
    lines: tuple[tuple[str, str, str, int, int], ...]
    outcomes: str
    upkeep: str = "小组每月看一次，坏了报给居委会。"
    cover: str = ""


SPRING = (
    Project(
        "R",
        21,
        "暑期儿童阅读角",
        "暑假八周，每周四个下午。",
        "家长互助组",
        "双职工家庭的孩子暑假没有人看，常在楼下玩手机。",
        64,
        (
            ("materials", "少儿图书", "册", 220, 26),
            ("volunteers", "志愿者误餐", "人次", 64, 20),
            ("equipment", "书架和坐垫", "套", 4, 650),
        ),
        "八周开放 32 个下午，每次不少于 12 个孩子。",
        cover="meeting",
    ),
    Project(
        "P",
        33,
        "3 号楼、7 号楼门前无障碍坡道",
        "两处台阶旁各铺一段缓坡，装扶手。",
        "7 号楼楼组",
        "两幢楼有 9 户坐轮椅或推童车，每天要人抬上台阶。",
        108,
        (("materials", "防滑坡道板和扶手", "处", 2, 7800), ("services", "铺设和焊接", "处", 2, 1500)),
        "两处坡道坡度不大于 1:12，轮椅自己上得去。",
        cover="building-3",
    ),
    Project(
        "Y",
        45,
        "屋顶雨水花园",
        "11 号楼屋顶，集雨浇花。",
        "绿色小队",
        "顶楼夏天太热，雨水又白白流掉。",
        54,
        (
            ("materials", "蓄水模块和种植土", "平方米", 95, 320),
            ("services", "防水和安装", "项", 1, 6400),
            ("insurance", "施工意外险", "份", 1, 1200),
        ),
        "顶楼夏天降温 3 度以上，一年少用自来水 60 吨。",
        cover="garden",
    ),
    Project(
        "J",
        57,
        "楼道旧物交换周",
        "一年四次，旧物换新主。",
        "2 号楼楼组",
        "好好的东西没处放就扔了，楼道里又堆满。",
        150,
        (("printing", "海报和登记卡", "期", 4, 325), ("materials", "货架和收纳箱", "套", 6, 500)),
        "四次交换，每次不少于 200 件。",
        cover="stairs",
    ),
    Project(
        "C",
        69,
        "中心花园遮雨长廊",
        "32 米遮雨长廊，连座椅。",
        "花园自治小组",
        "花园没有遮阴挡雨的地方，老人坐不住。",
        420,
        (("materials", "长廊构件和座椅", "米", 32, 850), ("services", "安装", "项", 1, 4800)),
        "雨天也能坐 40 人。",
        cover="square",
    ),
    Project(
        "S",
        "chen",
        "老年人手机课（12 次）",
        "学挂号、付费、防诈骗，每班 12 人。",
        "睦邻点",
        "问了 40 位老人，31 位不会用手机挂号。",
        72,
        (
            ("expert", "讲课补贴", "次", 12, 300),
            ("printing", "大字讲义", "册", 144, 10),
            ("volunteers", "助教误餐", "人次", 58, 20),
        ),
        "12 次课，结束时每人自己挂上一次号。",
        cover="phones",
    ),
    Project(
        "Z",
        "zhou",
        "南区车棚充电插座",
        "44 个插座，满电自停。",
        "电动车管理小组",
        "南区 130 多辆电动车只有 20 个插座，有人飞线充电。",
        136,
        (("equipment", "智能充电插座", "个", 44, 480), ("services", "布线和检测", "项", 1, 5280)),
        "44 个插座全部能用，飞线充电没有了。",
        cover="chargers",
    ),
    Project(
        "G",
        81,
        "1–6 号楼楼道感应灯",
        "84 盏，人来灯亮，人走灯灭。",
        "6 号楼楼组",
        "楼道灯坏了三成，晚上老人不敢下楼。",
        324,
        (
            ("equipment", "感应灯", "盏", 84, 120),
            ("services", "拆旧装新", "盏", 84, 50),
            ("printing", "安装告示", "份", 26, 20),
        ),
        "84 盏全部装好，一年内坏了包换。",
        cover="building-6",
    ),
)
BEFORE = (
    Project(
        "B",
        15,
        "9 号楼门厅小书架和长凳",
        "等人、歇脚、换书的地方。",
        "9 号楼楼组",
        "门厅空着，老人下楼等车没处坐。",
        54,
        (("materials", "长凳和书架", "套", 4, 1900), ("printing", "借书卡", "张", 200, 11)),
        "门厅每天有人坐，半年换书 300 册。",
    ),
    Project(
        "K",
        27,
        "社区急救培训（6 班）",
        "每班 20 人，学心肺复苏和除颤器。",
        "健康志愿队",
        "小区有两台除颤器，会用的不到十个人。",
        200,
        (("expert", "教官补贴", "班", 6, 900), ("materials", "练习用品", "套", 20, 110)),
        "120 人拿到急救证。",
    ),
)
AUTUMN = (
    Project(
        "A1",
        99,
        "12 号楼前补种遮荫树",
        "两棵香樟，加一圈座椅。",
        "12 号楼楼组",
        "西晒的广场夏天站不住人。",
        96,
        (("materials", "树苗和树池座椅", "处", 2, 3600), ("services", "移栽养护", "处", 2, 700)),
        "两年内成荫。",
        cover="square",
    ),
    Project(
        "A2",
        111,
        "门口花箱认养",
        "18 只花箱，居民轮流浇水。",
        "种花小组",
        "门口花箱没人管，夏天枯了两次。",
        160,
        (("materials", "花苗和肥料", "箱", 18, 150), ("equipment", "浇水工具", "套", 6, 200)),
        "18 只花箱都有人认养。",
        cover="flowers",
    ),
    Project(
        "A3",
        123,
        "中心花园长椅再加六张",
        "带靠背和扶手，老人好起身。",
        "花园自治小组",
        "去年换的四张总坐满。",
        210,
        (("materials", "带扶手长椅", "张", 6, 1450), ("services", "固定安装", "张", 6, 150)),
        "花园里再坐 18 位。",
        cover="bench-after",
    ),
    Project(
        "A4",
        135,
        "楼道折叠凳",
        "7 至 11 号楼每层一只。",
        "9 号楼楼组",
        "没有电梯的楼，老人中途要歇。",
        180,
        (("materials", "壁挂折叠凳", "只", 30, 180), ("services", "打孔安装", "只", 30, 40)),
        "五幢楼每层有一只。",
        cover="stairs",
    ),
    Project(
        "A5",
        147,
        "小区地图和楼号灯",
        "夜里也看得清楼号，救护车找得到。",
        "平安志愿队",
        "外卖和救护车常走错楼。",
        560,
        (("equipment", "太阳能楼号灯", "块", 18, 420), ("printing", "小区地图", "块", 3, 480)),
        "18 幢楼都有亮的楼号。",
        cover="estate",
    ),
)
STAIRS = (
    Project(
        "L1",
        159,
        "4 号楼门厅绿植角",
        "门厅摆十盆花，居民轮流养。",
        "4 号楼楼组",
        "门厅又暗又空。",
        54,
        (("materials", "绿植和花架", "套", 10, 180),),
        "门厅有人停下来说话。",
    ),
    Project(
        "L2",
        171,
        "8 号楼邻里厨房日",
        "每月一次，一起做饭给独居老人。",
        "8 号楼楼组",
        "楼里七位独居老人常吃冷饭。",
        47,
        (("materials", "食材", "次", 10, 260), ("equipment", "保温饭盒", "只", 20, 45)),
        "十次，每次送到七位老人手里。",
    ),
)
GREEN = (
    Project(
        "E1",
        183,
        "10 号楼前废旧轮胎花坛",
        "12 只旧轮胎漆好，种四季花。",
        "10 号楼楼组",
        "楼前空地长年堆杂物，没有人清。",
        60,
        (("materials", "油漆和种植土", "只", 12, 120), ("equipment", "浇水壶和铲子", "套", 4, 90)),
        "空地不再堆东西，四季有花。",
        cover="flowers",
    ),
    Project(
        "E2",
        195,
        "共享菜园雨水桶",
        "两只雨水桶，浇菜不用自来水。",
        "菜园小组",
        "浇菜要从楼里一桶桶拎水。",
        38,
        (("equipment", "雨水桶和水管", "套", 2, 880),),
        "一年少用自来水 20 吨。",
        cover="garden",
    ),
)
DRAFT = Project(
    "D",
    "zhou",
    "车棚门口的打气筒和工具墙",
    "打气、拧螺丝，自己动手。",
    "电动车管理小组",
    "修车摊没有了，打气要走一公里。",
    130,
    (("equipment", "立式打气筒", "只", 2, 260),),
    "",
)


def lead_of(world: World, project: Project) -> User:
    """Whoever applies for it."""
    return world[project.who] if isinstance(project.who, str) else world.neighbours[project.who]


def applied(world: World, call: Call, project: Project, together: int) -> Application:
    """Written part by part, with two neighbours (from `together` on in the list) who say yes, and handed in."""
    lead = lead_of(world, project)
    made = begun(world, call, project)
    all_parts(world, made, lead, project)
    _budgeted(made, lead, project)
    for user in world.neighbours[together : together + 2]:
        joined(world, made, lead, user)
    return applying.hand_in(lead, made.pk)


def begun(world: World, call: Call, project: Project) -> Application:
    """Begun, with its name and who stands behind it."""
    return applying.begin(lead_of(world, project), call.pk, project.title, ApplicantKind.GROUP, project.group)


def joined(world: World, application: Application, lead: User, user: User) -> None:
    """A neighbour is asked by name and flat, and says yes."""
    home = (
        Ownership.objects.filter(person=user.person_id).select_related("dwelling").order_by("pk")[0].dwelling
    )
    asked = applying.ask_neighbour(
        lead, application.pk, user.person.real_name if user.person else "", home.building_id, home.room
    )
    applying.agree(user, asked.pk)


def all_parts(
    world: World, made: Application, lead: User, project: Project, only: Sequence[str] = ()
) -> None:
    """What is said in each part of the form, or `only` in some of them."""
    parts: dict[str, dict[str, Any]] = {
        "who": {"summary": project.summary, "scope": world.neighbourhood},
        "need": {
            "need": project.need,
            "evidence": f"楼里问了 {project.households} 户，大多数赞成。",
            "households": project.households,
        },
        "plan": {"outcomes": project.outcomes},
        "later": {"risks": RISKS, "upkeep": project.upkeep},
        "payee": {"payee_kind": PayeeKind.COMMITTEE, "payee": "", "conflict": "", "conflict_declared": True},
    }
    for step, values in parts.items():
        if only and step not in only:
            continue
        made.refresh_from_db()
        cover = photo(project.cover) if project.cover and step == "who" else None
        applying.save_step(lead, made.pk, step, values, made.version, cover=cover)


def _budgeted(made: Application, lead: User, project: Project) -> None:
    kinds = {one.key: one for one in made.call.cost_classes.all()}
    for kind, item, unit, count, yuan in project.lines:
        applying.add_line(lead, made.pk, kinds[kind], item, unit, count * 100, yuan * YUAN)
    begins = clock.today() + timedelta(days=75)
    applying.add_activity(lead, made.pk, project.summary.rstrip("。"), begins, begins + timedelta(days=120))
