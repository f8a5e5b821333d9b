"""The gate hearing up to its day: sign-up, a trial run, the draw by lot, the public notice, the agenda."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.company import ELDER, fill, send
from tests.browser.hall_words import (
    AGENDA,
    CROWD,
    ELDERLY,
    GATE,
    GATE_TOPIC,
    NEAR,
    SEATS,
    SEED,
    SEED_EVENT,
    SIGNED_UP,
    WORKING,
)
from tests.browser.looking import faults
from tests.browser.screens import Sitting, announced, moment, planned
from tests.browser.servers import ROOT
from tests.browser.story import path_of


def signed_up(it: Sitting) -> None:
    """Anybody signs up at a phone; the trial run says what is lacking, and then that it can be done."""
    planned(it, GATE_TOPIC, GATE)
    wang = it.on("wang")
    wang.follow("Draw the panel by lot")
    quotas = "\n".join(f"group，{group}，{seats}，{seats}" for group, seats in SEATS.items())
    fill(wang, closes_at=moment(it.hour(7)), size=str(sum(SEATS.values())), quotas=quotas)
    send(wang, "Open sign-up")
    it.draw = path_of(wang.page.url)
    first, *others = SIGNED_UP
    sign_up(it, first)
    it.runs("crowd", re.findall(r"\d+", it.draw)[0])
    it.on("wang", it.draw).sees("The seats cannot be filled. The smallest change that would do:")
    for name in others:
        sign_up(it, name)
    it.on("wang", it.draw).sees("A panel can be drawn: all seats can be filled.")
    expect(it["wang"].page.locator("main tr", has_text=NEAR)).to_contain_text(str(CROWD))


def sign_up(it: Sitting, name: str) -> None:
    """By the hearing's page, for a group."""
    reader = it.on(name)
    reader.follow("See the draw")
    reader.follow("Sign up for the draw")
    reader.page.get_by_label(SIGNED_UP[name]).check()
    send(reader, "Sign up").sees("You have signed up")


def drawn(it: Sitting) -> None:
    """Tickets before the event, the seed read by two; anybody comes to the same panel with the published program."""
    it.does("wang", "Close sign-up", at=it.draw)
    event = it.hour(1, 20)
    it.does("wang", "Publish the tickets", at=it.draw, seed_event=SEED_EVENT, seed_at=moment(event))
    zhou = it.on("zhou", it.draw)
    zhou.sees("Your chance")
    assert faults(zhou) == []
    zhou.page.set_viewport_size({"width": 390, "height": 844})
    it.portal.until(event)
    it.does("wang", "Write down the seed", at=it.draw, seed=SEED)
    it.does("shen", "Read the seed a second time and draw", at=it.draw, sends="Draw the panel", seed=SEED)
    file = it.portal.home / "tickets.json"
    file.write_bytes(zhou.page.request.get(f"{it.draw}tickets.json").body())
    (sha256,) = re.findall(r"redraw\.py .*\b(\w{64})\b", it.on("zhou", it.draw).text())
    again = it.portal.run(str(ROOT / "portal/meetings/lots/redraw.py"), str(file), SEED, sha256)
    assert again.returncode == 0, again.stdout + again.stderr
    panel = it.on("zhou").within("Hearing panel").get_by_role("listitem")
    expect(panel).to_have_count(sum(SEATS.values()))
    expect(panel.filter(has_text=NEAR)).to_have_count(SEATS[NEAR])
    for group, names in {WORKING: ("zhou", "chen"), ELDERLY: ("zhu", "volunteer")}.items():
        for name in names:
            expect(panel.filter(has_text=it[name].shown)).to_contain_text(group)


def told(it: Sitting) -> None:
    """The notice with the agenda; the clerk writes its points for the screens before the day."""
    begins = announced(it, "\n".join(AGENDA))
    elder = it.on(ELDER)
    elder.sees("You take part in this hearing; you need no observer’s seat.")
    assert faults(elder, elder=True) == []
    elder.page.set_viewport_size({"width": 390, "height": 844})
    it.does(
        "shen",
        "Write the agenda",
        sends="Keep the agenda",
        at=f"{it.live}desk/",
        items="\n".join(f"{title} | 10 | 孙主任" for title in AGENDA),
    )
    it.portal.until(begins)
    it["shen"].sees(AGENDA[0])


CHAPTERS = (signed_up, drawn, told)
