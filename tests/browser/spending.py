"""The second half of a round in the browser: the residents' vote, agreement, payments, invoices, acceptance, books."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from playwright.sync_api import expect

from tests.browser.company import send
from tests.browser.funding_words import ASKED, BENCHES, FIRST, FITTING, LAST, PROJECT, RIVALS
from tests.browser.granting import NOT_A_PHOTO, Round, sign
from tests.browser.looking import faults
from tests.browser.readers import Reader
from tests.browser.story import path_of, photo
from tests.browser.test_ballot_box import book_envelope, finish, receive_envelope, silent_line

COMMITTEE = "天馨花园居民区居委会"
FOUND = "四张都稳，扶手也牢。"
TEAM = {"committee": ("wang", "王建平"), "delegate": ("zhu", "朱秀珍"), "finance": ("volunteer", "吴永康")}
SELLER = "上海林顺商贸有限公司"


def vote_called(it: Round) -> None:
    """The notice is over: all residents are asked; sheets are printed, voting opens."""
    it.portal.forward(days=8)
    wang = it.does("wang", "Put the projects to the residents", at=it.call)
    wang.sees("The vote is called.")
    wang.follow("To the vote")
    it.vote = path_of(wang.page.url)
    wang.go(f"{it.vote}paper/")
    wang.page.locator("#next a.btn").first.click()
    wang.page.wait_for_load_state()
    send(wang, wang.page.locator("main form button").last.inner_text())
    it.portal.forward(days=9)


def voted(it: Round) -> None:
    """At a phone and in large letters; forty others; an envelope that a second person books."""
    it.code = sealed(it.on(it.neighbour, it.vote), (PROJECT, *list(RIVALS)[:1]))
    zhu = it.on("zhu", it.vote)
    assert faults(zhu, elder=True) == []
    zhu.page.set_viewport_size({"width": 390, "height": 844})
    sealed(zhu, (PROJECT,))
    it.runs("crowd", re.findall(r"\d+", it.vote)[0])
    receive_envelope(it["wang"], it.vote, silent_line(it.portal, it.vote))
    book_envelope(it["shen"], it.vote)


def sealed(reader: Reader, titles: tuple[str, ...]) -> str:
    """Tick, see what is not sent yet, look at it, seal it. Returns the check code."""
    for title in titles:
        reader.page.locator("label.pick", has_text=title).click()
    expect(reader.page.locator("[data-ticks-unsent]")).to_be_visible()
    reader.button("Check and send").click()
    for title in titles:
        expect(reader.page.locator("[data-sealed-words]")).to_contain_text(title)
    reader.button("Seal and cast this vote").click()
    shown = reader.page.locator("[data-sealed-code]")
    expect(shown).to_have_text(re.compile(r"^\w{4}-\w{4}-\w{4}$"))
    return shown.inner_text()


def counted(it: Round) -> None:
    """Voting is over; one sheet is read by two; what it comes to is computed and said."""
    it.portal.forward(days=15)
    wang = it.on("wang", f"{it.vote}paper/enter/")
    tick(wang)
    send(wang, "Enter it")
    shen = it.on("shen", f"{it.vote}paper/")
    shen.follow("Read the next one")
    assert not shen.page.locator("main input:checked").count()
    tick(shen)
    send(shen, "This is what it says")
    finish(shen, it.vote)
    # Computed by one round of the periodic work, decided by the next.
    it.portal.forward(minutes=5)
    it.portal.forward(minutes=5)
    expect(it.on("zhou").page.locator("#money")).to_be_visible()


def tick(reader: Reader) -> None:
    """The sheet has a cross beside the project."""
    reader.page.locator("main label", has_text=PROJECT).locator("input").check()


def explained(it: Round) -> None:
    """Why it was chosen, to somebody who does not know the name of a method; and where one's own share went."""
    zhu = it.on("zhu", f"{it.call}result/")
    zhu.sees(PROJECT)
    assert faults(zhu, elder=True) == []
    zhu.page.set_viewport_size({"width": 390, "height": 844})
    neighbour = it.on(it.neighbour, f"{it.project}why/")
    assert faults(neighbour) == []
    neighbour.page.set_viewport_size({"width": 390, "height": 844})
    neighbour.go(f"{it.call}my-share/")
    neighbour.page.locator("main input[name=code]").fill(it.code)
    send(neighbour, "Show it")
    expect(neighbour.page.locator("main table")).to_contain_text(PROJECT)


def agreed(it: Round) -> None:
    """The signed paper is entered; a file that is none is refused; the source's money and mark stand on the page."""
    shen = it.on("shen")
    shen.follow("Enter the signed agreement")
    file = shen.page.locator("input[type=file]")
    file.set_input_files([NOT_A_PHOTO])
    expect(shen.page.locator("main form")).to_contain_text(str(NOT_A_PHOTO["name"]))
    file.set_input_files([photo("agreement")])
    shen.page.locator("[name=ends_on]").fill(it.day(60))
    send(shen, "Enter the signed agreement")
    it.on("zhou").sees("Mark that everything bears")


def instalment(it: Round, order: int, fen: int, voucher: str) -> None:
    """Asked for, approved by the director, paid by somebody else with one line, however often it is pressed."""
    it.does("zhou", "Ask for the instalment", sends="Ask for it")
    it.does("wang", "Approve the instalment")
    shen = it.on("shen")
    shen.follow("Write the payment")
    shen.page.locator("[name=voucher]").fill(voucher)
    shen.page.locator("main form button.btn:not([type=button])").last.dblclick(no_wait_after=True)
    row = shen.page.locator(f"#instalment-{order}")
    expect(row).to_contain_text(voucher)
    expect(row).to_contain_text(f"{fen:,}")


def paid(it: Round) -> None:
    """The first instalment stands in the open books once."""
    instalment(it, 1, FIRST, "PZ-001")
    books = it.on(it.neighbour, f"{it.fund}books/lines/")
    expect(books.page.locator("main tr, main li").filter(has_text="PZ-001")).to_have_count(1)


def told(it: Round) -> None:
    """How far it is, with a photo; everybody reads it."""
    zhou = it.on("zhou")
    zhou.follow("Tell how far it is")
    zhou.page.locator("[name=text]").fill("两张已经装好，另外两张下周到。")
    zhou.page.locator("input[type=file]").set_input_files([photo("benches")])
    zhou.write("What the photos show", "门口两张带扶手的长凳")
    send(zhou, "Show it to everybody")
    neighbour = it.on(it.neighbour)
    expect(neighbour.page.locator("main article img")).to_have_count(1)
    assert faults(neighbour) == []
    neighbour.page.set_viewport_size({"width": 390, "height": 844})


def proved(it: Round) -> None:
    """Two invoices with their scans; the same number twice is refused with what was typed; each is looked at."""
    for number, (item, many, price) in (("2531000001", BENCHES), ("2531000002", FITTING)):
        zhou = invoice(it, number, item, many * price)
        send(zhou, "Enter it")
        zhou.sees("Entered. It counts once the office has looked at it.")
    zhou = invoice(it, "2531000002", FITTING[0], 600)
    zhou.expected |= {409, 422}
    send(zhou, "Enter it")
    expect(zhou.page.get_by_role("alert").first).to_be_visible()
    for _one in range(2):
        shen = it.on("shen", f"{it.project}receipts/")
        shen.follow("Look at the invoice")
        sign(shen, "Save", "yes", "counts")
    expect(it.on(it.neighbour, f"{it.project}receipts/").page.locator("main .tag.green")).to_have_count(2)


def invoice(it: Round, number: str, item: str, yuan: int) -> Reader:
    """An invoice is typed at the phone, its photo attached."""
    zhou = it.on("zhou", f"{it.project}receipts/")
    zhou.follow("Enter an invoice")
    zhou.page.locator("[name=pdf]").set_input_files([photo(f"invoice {number} {yuan}")])
    for name, text in (("number", number), ("day", it.day(-1)), ("seller", SELLER), ("total", str(yuan))):
        zhou.page.locator(f"main [name={name}]").fill(text)
    zhou.page.locator("main [name=buyer]").fill(payee(zhou))
    line = zhou.page.locator("[name=line_1]")
    texts = line.locator("option").all_inner_texts()
    line.select_option(index=next(place for place, text in enumerate(texts) if item in text))
    return zhou


def payee(zhou: Reader) -> str:
    """The title that the page says an invoice has to bear."""
    said = re.search(
        "“(.+?)”", zhou.page.locator("#id_buyer_helptext, .field:has([name=buyer])").first.inner_text()
    )
    assert said is not None
    return said[1]


def accepted(it: Round) -> None:
    """Reported as carried out; three who did not apply come, look and sign."""
    it.does("zhou", "Report that it is carried out", sends="It is carried out")
    shen = it.on("shen")
    shen.follow("Name who accepts it")
    for part, (_name, person) in TEAM.items():
        shen.page.locator(f"main [name={part}]").fill(person)
    send(shen, "Name them")
    for name, _person in TEAM.values():
        reader = it.on(name)
        reader.follow("Sign what you found")
        reader.page.locator("main [name=found]").fill(FOUND)
        sign(reader, "Sign", "yes", "accepts")
    expect(it.on(it.neighbour).page.locator("#acceptance .tag.green")).to_have_count(3)


def settled(it: Round) -> None:
    """The rest is paid; the accounts are posted, and residents say how well it was done."""
    instalment(it, 2, LAST, "PZ-002")
    shen = it.on("shen")
    shen.follow("Post the final accounts")
    shen.page.locator("[name=sure]").check()
    send(shen, "Post them")
    neighbour = it.on(it.neighbour)
    neighbour.follow("Say how well it was done")
    neighbour.page.locator("[name=rating][value='5']").check()
    send(neighbour, "Send")
    neighbour.sees("Thank you. It counts.")


def closed(it: Round) -> None:
    """After their notice the project is closed, then the round with its books."""
    it.portal.forward(days=31)
    it.does("shen", "Close the project")
    it.does("wang", "Close the books of the round", at=it.call).sees("The books of the round are closed.")


def balanced(it: Round) -> None:
    """Both sides are the same, in large letters too; each file can be taken along."""
    zhu = it.on("zhu", f"{it.fund}books/")
    expect(zhu.page.locator("h1 + .seal")).to_have_text("账平")
    expect(zhu.page.locator("main figure.chart svg").first).to_be_visible()
    totals = zhu.page.locator("main tfoot tr.total td.num")
    assert len(set(totals.all_inner_texts())) == 1
    expect(zhu.page.locator("main")).to_contain_text(f"{ASKED:,}.00")
    assert faults(zhu, elder=True) == []
    for name, said in FILES.items():
        got = zhu.page.request.get(urljoin(it.portal.address, f"{it.fund}books/{name}"))
        assert got.status == 200
        assert said in got.text(), name


FILES = {"lines.csv": "PZ-002", "book.beancount": "PZ-002", "grants.csv": PROJECT, "grants.json": PROJECT}

SPENDING = (
    vote_called,
    voted,
    counted,
    explained,
    agreed,
    paid,
    told,
    proved,
    accepted,
    settled,
    closed,
    balanced,
)
