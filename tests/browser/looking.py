"""What is demanded of every page, whoever reads it and however."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.readers import Reader

WIDTHS = (320, 1280, 390)
HEAVIEST = 60 * 1024
SMALLEST, SMALLEST_ELDER = 44, 60
MOST_COVERED = 50
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = f"axe.run(document, {{resultTypes: ['violations'], runOnly: {LEVELS}}})"

# The main controls: what one presses to get on. Links within a sentence are not among them.
SMALL = """(least) => [...document.querySelectorAll(
    "button, .btn, select, textarea, summary, .tabs a, label.choice, "
    + "input:not([type=hidden]):not([type=radio]):not([type=checkbox])")]
  .filter((one) => one.offsetParent && !one.closest(".vh, .skip, footer"))
  .map((one) => [one.getBoundingClientRect(), one])
  .filter(([box]) => box.height < least - 0.5 || box.width < 43.5)
  .map(([box, one]) => `${one.tagName}.${one.className} “${one.innerText.trim().slice(0, 20)}” `
    + `${Math.round(box.width)}×${Math.round(box.height)}`)"""

# Sent for this page, compressed, photos aside; what the browser had kept counts too. What came through the service
# worker is left out: of that the browser knows only how large it is unpacked.
WEIGHT = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .filter((one) => !one.workerStart && !new URL(one.name).pathname.startsWith("/files/"))
  .reduce((sum, one) => sum + one.encodedBodySize, 0)"""

WIDE = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"

# How much of the screen bars cover, in hundredths: on top the head of the page as well, further down what stands still.
COVERED = """(down) => {
  scrollTo({ top: down ? document.scrollingElement.scrollHeight / 2 : 0, behavior: "instant" });
  const rows = new Set();
  for (const one of document.querySelectorAll("body *")) {
    const { position, visibility } = getComputedStyle(one), box = one.getBoundingClientRect();
    if (!["fixed", "sticky"].includes(position) && (down || !one.matches("header.bar"))) continue;
    if (visibility === "hidden" || box.height < 1 || box.width < innerWidth / 3) continue;
    for (let y = Math.max(0, Math.floor(box.top)); y < Math.min(innerHeight, box.bottom); y++) rows.add(y);
  }
  return Math.round(100 * rows.size / innerHeight);
}"""
# Width, height, size of letters: two phones on their side, letters twice as large, both.
HELD = ((844, 390, ""), (640, 360, ""), (390, 844, "200%"), (844, 390, "200%"))

# Three English words in a row on a Chinese page are a text nobody translated.
ENGLISH = r"""() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const said = walk.currentNode.textContent.match(/[A-Za-z’']+(?: [A-Za-z’',]+){2,}/);
    if (said && !walk.currentNode.parentElement.closest("script, code, [lang=en]")) found.push(said[0]);
  }
  return found;
}"""


def look(reader: Reader, path: str, *, elder: bool = False) -> list[str]:
    """Open a page and say what is wrong with it."""
    answer = reader.page.goto(path)
    status = answer.status if answer else 0
    if status != 200:
        return [f"{path}: answered {status}"]
    return [f"{path}: {wrong}" for wrong in faults(reader, elder=elder)]


def faults(reader: Reader, *, elder: bool = False) -> list[str]:
    """What is wrong with the page that is open."""
    return [*_axe(reader), *_wide(reader), *_small(reader, elder=elder), *_heavy(reader), *_english(reader)]


def covered(reader: Reader, path: str) -> list[str]:
    """Where bars leave less than half the height for what the page says, or it is too wide, held in four ways."""
    reader.page.goto(path)
    wrong = []
    for width, height, letters in HELD:
        reader.page.set_viewport_size({"width": width, "height": height})
        reader.page.evaluate("letters => { document.documentElement.style.fontSize = letters; }", letters)
        for down in (False, True):
            if (share := reader.page.evaluate(COVERED, down)) > MOST_COVERED:
                wrong.append(
                    f"{path}: {share} % covered at {width}×{height} {letters}{' further down' * down}"
                )
        if (over := reader.page.evaluate(WIDE)) > 0:
            wrong.append(f"{path}: {over} px too wide at {width}×{height} {letters}")
    return wrong


def _axe(reader: Reader) -> list[str]:
    reader.page.evaluate(AXE_SCRIPT)
    found: dict[str, Any] = reader.page.evaluate(AXE)
    return [
        f"{one['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:300]}"
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]


def _wide(reader: Reader) -> list[str]:
    wrong = []
    for width in WIDTHS:
        reader.page.set_viewport_size({"width": width, "height": 844})
        if (over := reader.page.evaluate(WIDE)) > 0:
            wrong.append(f"{over} px too wide at {width}")
    return wrong


def _small(reader: Reader, *, elder: bool) -> list[str]:
    small = reader.page.evaluate(SMALL, SMALLEST_ELDER if elder else SMALLEST)
    return [f"too small: {one}" for one in small]


def _heavy(reader: Reader) -> list[str]:
    weight = reader.page.evaluate(WEIGHT)
    return [f"{weight} bytes"] if weight > HEAVIEST else []


def _english(reader: Reader) -> list[str]:
    return [f"not Chinese: {words}" for words in reader.page.evaluate(ENGLISH)]
