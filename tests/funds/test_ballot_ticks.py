"""The ballot in a real browser: ticks that are not sent, two tabs at once, sealed in the page."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from portal.funds.ballot.instance import pabulib_of
from portal.kit import clock
from portal.voting import services as voting
from portal.voting.models import Vote
from tests.funds.factories_ballot import Round, make_vote

NODE = shutil.which("node") or ""
CHROMIUM = Path("/usr/bin/chromium")


@pytest.mark.skipif(not NODE, reason="no node here: the browser's side was not tried")
def test_of_two_tabs_the_last_state_of_each_option_counts(tmp_path: Path) -> None:
    program = (configured.BASE_DIR / "static/js/ticks.js").read_text("utf-8")
    (tmp_path / "ticks.mjs").write_text(program, "utf-8")
    (tmp_path / "run.mjs").write_text(
        "const { merged, parse } = await import('./ticks.mjs');"
        "const one = { o1: [1, 10], o2: [1, 11] }, two = { o1: [0, 12], o3: [1, 13] };"
        "console.log(JSON.stringify([merged(one, two), merged(two, one), parse('[]'), parse('{'), parse(null),"
        ' parse(\'{"o1":[1,5],"o2":7}\')]));',
        "utf-8",
    )
    done = subprocess.run([NODE, "run.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True)
    there, back, *broken, partly = json.loads(done.stdout)

    assert there == back == {"o1": [0, 12], "o2": [1, 11], "o3": [1, 13]}
    assert broken == [{}, {}, {}]
    assert partly == {"o1": [1, 5]}


def open_now(made: Round) -> Round:
    """The browser knows no other clock than the machine's."""
    now = clock.now()
    moments = {
        "called_at": now - timedelta(days=9),
        "frozen_at": now - timedelta(days=3),
        "opens_at": now - timedelta(days=3),
        "closes_at": now + timedelta(days=5),
    }
    Vote.objects.filter(pk=made.vote.pk).update(**moments)
    return made.fresh()


@pytest.mark.postgres
@pytest.mark.skipif(
    not CHROMIUM.exists(), reason=f"{CHROMIUM} IS MISSING: nothing was looked at in a real browser"
)
@pytest.mark.django_db(transaction=True)
def test_two_tabs_tick_at_once_and_all_of_it_is_shown_again_before_it_is_sent(
    live_server: object, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it runs

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    made = open_now(make_vote())
    client = Client()
    client.force_login(made.people[0])
    name = configured.SESSION_COOKIE_NAME
    base = str(live_server.url).replace("127.0.0.1", "localhost")  # type: ignore[attr-defined]
    url = base + reverse("voting:vote", args=[made.vote.pk])
    option = [each.option for each in made.projects]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base}])
        one, two = context.new_page(), context.new_page()
        asked: list[str] = []
        one.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        for page in (one, two):
            page.goto(url)
        one.check(f"input[value={option[0]}]")
        one.check(f"input[value={option[1]}]")
        two.check(f"input[value={option[3]}]")
        two.uncheck(f"input[value={option[0]}]")
        unsent = two.locator("[data-ticks-unsent]").inner_text()
        two.close()
        one.evaluate("location.href = '/'")
        one.wait_for_url(base + "/")
        warned = list(asked)
        one.goto(url)
        kept = one.locator("input[name=choice]:checked").count()
        one.get_by_role("button", name="核对并提交").click()
        shown = sorted(one.locator("[data-sealed-words] li").all_inner_texts())
        other = context.new_page()
        other.goto(url)
        one.locator("[data-sealed-cast]").click()
        one.locator("[data-sealed-done]").wait_for(state="visible")
        other.locator("[data-sealed-done]").wait_for(state="visible")
        code = one.locator("[data-sealed-code]").inner_text()
        elsewhere = other.locator("[data-sealed-code]").inner_text()
        replaced = [page.locator("[data-sealed-replaced]").is_visible() for page in (one, other)]
        left = one.evaluate("Object.keys(localStorage).length")
        browser.close()
    with clock.at(made.vote.closes_at + timedelta(minutes=1)):
        voting.count(made.vote.pk)

    assert (elsewhere, replaced) == (code, [False, True])
    assert unsent.strip() == "尚未提交"
    assert (warned, kept, left) == (["beforeunload"], 2, 0)
    assert [words.split(". ")[1] for words in shown] in (["项目2", "项目4"], ["项目4", "项目2"])
    row = next(line for line in pabulib_of(made.fresh().call).splitlines() if line.startswith(code))
    assert set(row.split(";")[1].split(",")) == {str(made.projects[1].number), str(made.projects[3].number)}
