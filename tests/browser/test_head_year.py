"""A year of a building head at a phone: board, must-read, rota, cash book, convention, contact card, yearly sheet."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta

from playwright.sync_api import expect

from portal.kit import clock
from tests.browser.conftest import Enter
from tests.browser.readers import Reader
from tests.browser.servers import Portal
from tests.browser.story import camera_photo, path_of, photo
from tests.browser.words import zh

BUILDING, BESIDE = "9号楼", "6号楼"
MUST_READ = "水箱清洗，9:00–15:00 停水"
CONVENTION = "9号楼楼组公约"
ARTICLES = ("楼道里不放杂物，不停电动自行车。", "晚上十点以后请放低声音。")


@dataclass
class Year:
    """Who takes part, and the addresses of what is kept."""

    portal: Portal
    head: Reader
    neighbour: Reader
    other_head: Reader
    building: int
    board: str
    number: str
    book: str = ""
    round: str = ""

    @property
    def today(self) -> date:
        """The portal's day in Shanghai."""
        return clock.day_of(self.portal.now)

    def day(self, days: int) -> str:
        """So many days from the portal's today, as a date field takes it."""
        return (self.today + timedelta(days=days)).isoformat()

    def on_board(self, reader: Reader) -> Reader:
        """Somebody with the board freshly before them."""
        reader.go(self.board)
        return reader

    def looking_after(self) -> Reader:
        """The head with all that can be done on one screen."""
        self.on_board(self.head).follow("Look after the board")
        return self.head


def test_a_year_of_a_building_head(people: Portal, enter: Enter) -> None:
    year = begins(people, enter)
    must_read(year)
    rota(year)
    keep_the_book(year)
    reverse_a_line(year)
    write_a_convention(year)
    sign_it(year)
    carry_the_card(year)
    close_the_year(year)
    the_other_head_is_refused(year)


def begins(portal: Portal, enter: Enter) -> Year:
    """The director appoints a head for the building beside; a neighbour of the head has an account."""
    building, account = a_neighbour(portal)
    wang = enter(portal, "wang")
    wang.go("/n/tianxin/people/posts/")
    wang.write("Who", "chen")
    wang.page.locator("select[name=post]").select_option("building_head")
    wang.choose("For", BESIDE)
    wang.write("Signs as", "楼组长")
    wang.press("Give the post")
    wang.sees("楼组长 陈阿姨")
    head = enter(portal, "zhu")
    head.go(f"/buildings/{building}/board/")
    board = path_of(head.page.url)
    number = re.findall(r"\d+", board)[-1]
    return Year(portal, head, enter(portal, account), enter(portal, "chen"), building, board, number=number)


def a_neighbour(portal: Portal) -> tuple[int, str]:
    """The head's building, and the account of somebody who lives in it, and has a password from now on."""
    with sqlite3.connect(portal.home / "portal.sqlite3") as database:
        (building,) = database.execute(
            "SELECT id FROM community_area WHERE name = ? AND kind = 'building'", [BUILDING]
        ).fetchone()
        (account,) = database.execute(
            "SELECT username FROM community_user AS one JOIN community_residency AS tie USING (person_id)"
            " JOIN community_dwelling AS home ON home.id = tie.dwelling_id"
            " WHERE home.building_id = ? AND username LIKE 'n%' ORDER BY one.id",
            [building],
        ).fetchone()
        database.execute(
            "UPDATE community_user SET password = (SELECT password FROM community_user WHERE username = 'zhu')"
            " WHERE username = ?",
            [account],
        )
    return building, account


def must_read(year: Year) -> None:
    """Everybody reads it until its last day; after that it is gone from the board, and its page tells of it."""
    head = year.looking_after()
    head.follow("Write a must-read")
    head.expected.add(422)
    head.write("What everybody must know", MUST_READ)
    head.write("When it happens", year.day(2))
    head.write("Shown until", year.day(1))
    head.press("Put it on the board")
    expect(head.page.get_by_role("alert")).to_be_visible()
    head.write("Shown until", year.day(3))
    head.press("Put it on the board")
    neighbour = year.on_board(year.neighbour)
    neighbour.follow(MUST_READ)
    page = path_of(neighbour.page.url)
    year.portal.forward(days=3)
    year.on_board(neighbour).sees(MUST_READ)
    year.portal.forward(days=1)
    year.on_board(neighbour).sees_no(MUST_READ)
    neighbour.go(page)
    neighbour.sees(MUST_READ)


def rota(year: Year) -> None:
    """A rota by flats; the head's household asks a neighbour to swap, and the neighbour agrees."""
    head = year.looking_after()
    head.follow("Make the rota by the order of flats")
    head.write("From", year.day(1))
    head.press("Make the rota")
    mine, theirs = flats(year)
    give(year, 8, mine)
    give(year, 9, theirs)
    week = f"/boards/{year.number}/rota/?week={year.day(8)}"
    head.go(week)
    head.follow("Swap with a neighbour")
    named = f"{(year.today + timedelta(days=9)).day}日"
    head.page.get_by_label(re.compile(f"{named}.*{theirs}")).check()
    head.press("Ask")
    neighbour = year.on_board(year.neighbour)
    neighbour.follow("Answer")
    neighbour.follow("Agree to swap")
    neighbour.press("Agree to swap")
    head.go(week)
    rows = head.page.locator("main ul.list > li")
    expect(rows.filter(has_text=zh("your household"))).to_contain_text(named)


def flats(year: Year) -> tuple[str, str]:
    """The flats of the head and of the neighbour, as the rota names them."""
    with sqlite3.connect(year.portal.home / "portal.sqlite3") as database:
        mine, theirs = (
            database.execute(
                "SELECT entrance || ' ' || room || '室' FROM community_dwelling AS home"
                " JOIN community_residency AS tie ON tie.dwelling_id = home.id"
                " JOIN community_user AS one USING (person_id) WHERE username = ? AND building_id = ?",
                [name, year.building],
            ).fetchone()[0]
            for name in (year.head.name, year.neighbour.name)
        )
    return mine, theirs


def give(year: Year, days: int, flat: str) -> None:
    """A day is given to a household by hand."""
    head = year.looking_after()
    head.follow("Give a day by hand")
    head.write("Day", year.day(days))
    head.choose("Household", flat)
    head.press("Give the day")


def keep_the_book(year: Year) -> None:
    """Begun with what is at hand; an income, and gone back; a spending with a photo, wrong files, two clicks."""
    head = year.on_board(year.head)
    head.follow("Begin the cash book")
    head.write("Money at hand on this day", "860")
    head.press("Begin the cash book")
    year.book = path_of(head.page.url)
    head.follow("Write an income")
    fill_in(head, "旧报纸卖废品", "126", "old things sold")
    head.press("Write it into the book")
    head.page.go_back()
    head.page.wait_for_load_state()
    # The page before is an empty form again: nothing is written twice.
    expect(head.field("Amount")).to_have_value("")
    head.go(year.book)
    head.follow("Write a spending")
    fill_in(head, "拖把、垃圾袋", "64.80", "cleaning")
    receipt = head.page.locator("input[type=file]")
    # Said at once, before anything is sent; a file that is no photo whatever it is called, by the portal.
    receipt.set_input_files([{"name": "小票.txt", "mimeType": "text/plain", "buffer": b"64.80"}])
    expect(head.page.get_by_role("status").filter(has_text="小票.txt")).to_be_visible()
    head.expected.add(422)
    receipt.set_input_files([{"name": "小票.jpg", "mimeType": "image/jpeg", "buffer": b"64.80"}])
    head.press("Write it into the book")
    expect(head.page.get_by_role("alert").first).to_be_visible()
    expect(head.field("Amount")).to_have_value("64.80")
    # 15 MB from the camera: pressed while it is made small, and again, it is sent once, small and upright.
    receipt.set_input_files([photo("receipt") | {"buffer": camera_photo(99)}])
    with head.page.expect_request(lambda one: one.method == "POST") as sending:
        head.button("Write it into the book").dblclick(no_wait_after=True)
    assert int(sending.value.all_headers()["content-length"]) < 3_000_000
    head.page.wait_for_url("**/cashbooks/lines/*/")
    expect(head.page.locator("main .files img")).to_have_count(1)
    assert lines(year) == ["921.20", "986.00", "860.00"]


def fill_in(head: Reader, text: str, amount: str, heading: str) -> None:
    """A line of the book, but for its receipts."""
    head.write("What it is for", text)
    head.write("Amount", amount)
    head.choose("Under", heading)


def lines(year: Year) -> list[str]:
    """What was left after each line, the newest first, as a neighbour reads it."""
    year.neighbour.go(year.book)
    left = year.neighbour.page.locator("main ul.book > li .muted.num").all_inner_texts()
    return [re.sub(r"[^\d.]", "", said) for said in left]


def reverse_a_line(year: Year) -> None:
    """A line that was wrong is taken back by a second one; both stay, and the balance is as before."""
    head = year.head
    head.go(year.book)
    head.follow("Write a spending")
    fill_in(head, "折叠凳运费", "20", "things for the stairwell")
    head.press("Write it into the book")
    head.follow("Reverse this line")
    head.write("Reason", "店家免了运费")
    head.press("Reverse this line")
    head.sees("店家免了运费")
    assert lines(year)[:3] == ["921.20", "901.20", "921.20"]


def write_a_convention(year: Year) -> None:
    """Two articles, put to comment; the neighbour comments on the first one."""
    head = year.head
    head.go("/n/tianxin/conventions/new/")
    head.tick("building convention")
    head.write("Title", CONVENTION)
    head.choose("Of which place", BUILDING)
    head.write("Why is it needed", "楼道里常有杂物。")
    head.press("Begin")
    year.round = path_of(head.page.url)
    head.follow("Write the draft")
    for number in range(len(ARTICLES)):
        head.button("Add here").last.click()
        expect(head.field("Text of the article")).to_have_count(number + 1)
    for number, text in enumerate(ARTICLES):
        head.field("Text of the article").nth(number).fill(text)
    head.button("Save draft and look at it").last.click()
    head.sees(ARTICLES[1])
    take(year, "Put the draft to comment")
    neighbour = year.neighbour
    neighbour.go(year.round)
    neighbour.follow("Comments and suggestions")
    neighbour.write("Say what you think", "赞成，轮椅要能过。")
    neighbour.press("Post it")
    neighbour.sees("赞成，轮椅要能过。")
    year.portal.forward(days=16)


def take(year: Year, step: str) -> None:
    """The head takes the step that is next on the page of the round."""
    year.head.go(year.round)
    year.head.follow(step)
    year.head.press(step)


def sign_it(year: Year) -> None:
    """The neighbour signs on the phone, half of the others on paper; it is declared adopted, and in force."""
    take(year, "Let the households sign")
    page = year.neighbour
    page.go("/n/tianxin/conventions/")
    page.page.get_by_role("link", name=CONVENTION, exact=True).click()
    page.follow("Text and signatures")
    text = path_of(page.page.url)
    page.follow("Sign for your household")
    page.tick("We agree")
    page.press("Sign for your household")
    page.sees("Signed. Thank you.")
    head = year.head
    head.go(text)
    head.follow("Enter signatures from paper")
    head.tick("We agree")
    head.write("Rooms", " ".join(others(year)))
    head.press("Enter")
    take(year, "Declare it adopted")
    head.go(text)
    head.sees(ARTICLES[0])
    year.on_board(page).page.get_by_role("link", name=re.compile(zh("Building convention"))).first.click()
    expect(page.page.locator("main")).to_contain_text(re.compile(r"28\s*/\s*54"))


def others(year: Year) -> list[str]:
    """27 of the 54 homes with their entrances, that of the neighbour not among them."""
    with sqlite3.connect(year.portal.home / "portal.sqlite3") as database:
        rows = database.execute(
            "SELECT entrance, room FROM community_dwelling WHERE building_id = ? AND id NOT IN"
            " (SELECT dwelling_id FROM community_residency JOIN community_user USING (person_id) WHERE username = ?)"
            " ORDER BY entrance, room LIMIT 27",
            [year.building, year.neighbour.name],
        )
        return [f"{entrance.removesuffix('单元')}-{room}" for entrance, room in rows]


def carry_the_card(year: Year) -> None:
    """The contact card of the building, as a file for the door."""
    head = year.head
    head.go(f"/n/tianxin/contacts/{year.building}/")
    head.sees("朱老师")
    address = head.link("For the door (A6)").get_attribute("href")
    assert address is not None
    assert head.page.request.get(address).body().startswith(b"%PDF")


def close_the_year(year: Year) -> None:
    """In January the year is closed; its sheet has the lines and what was left, and no line is added any more."""
    closed = year.today.year
    year.portal.until(clock.at_time(date(closed + 1, 1, 8), 9))
    head = year.head
    head.go(year.book)
    head.follow("Close a year")
    head.choose("Year", str(closed))
    head.press("Close a year")
    head.go(f"{year.book}?year={closed}")
    head.follow("A sheet for the wall and the gathering (A4)")
    rows = head.page.locator("main .sheet table").last.locator("tbody tr")
    expect(rows).to_have_count(5)
    expect(rows.last).to_contain_text("921.20")
    head.go(year.book)
    head.follow("Write an income")
    head.expected |= {409, 422}
    head.write("Day", f"{closed}-12-31")
    fill_in(head, "旧纸箱", "5", "old things sold")
    head.press("Write it into the book")
    expect(head.page.get_by_role("alert").first).to_be_visible()
    assert lines(year) == []


def the_other_head_is_refused(year: Year) -> None:
    """A head looks after one building: at the addresses of this one she is told no."""
    board, page = year.number, year.other_head.page
    for address in (
        f"/boards/{board}/look-after/",
        f"/boards/{board}/rota/",
        f"/boards/{board}/write/",
        f"/boards/{board}/plan/",
        f"{year.book}spend/",
        f"{year.book}close-year/",
        f"{year.round}adopt-signed/",
    ):
        assert page.request.get(address).status in {403, 404}, address
    year.on_board(year.other_head).sees_no("Look after the board")
    own = page.request.get(f"/buildings/{beside(year)}/board/")
    assert zh("Look after the board") in own.text()


def beside(year: Year) -> int:
    """The building of the other head."""
    with sqlite3.connect(year.portal.home / "portal.sqlite3") as database:
        return int(
            database.execute(
                "SELECT id FROM community_area WHERE name = ? AND kind = 'building'", [BESIDE]
            ).fetchone()[0]
        )
