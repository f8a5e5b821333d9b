"""The people of the story and what several of its chapters do."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from PIL import Image, ImageDraw
from PIL.ExifTags import Base
from playwright.sync_api import expect

from portal.kit.clock import day_of
from tests.browser.readers import Reader
from tests.browser.servers import Portal
from tests.browser.words import zh


@dataclass
class Story:
    """Who takes part, each with a browser of their own, and the addresses of what came of it."""

    portal: Portal
    enter: Callable[[str], Reader]
    topic: str = ""
    hearing: str = ""
    vote: str = ""
    people: dict[str, Reader] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Reader:
        """Somebody's browser; they sign in when they first appear, and stay."""
        if name not in self.people:
            self.people[name] = self.enter(name)
        return self.people[name]

    @property
    def today(self) -> date:
        """The portal's day in Shanghai."""
        return day_of(self.portal.now)

    def on_topic(self, name: str) -> Reader:
        """Somebody with the topic's page freshly before them."""
        reader = self[name]
        reader.go(self.topic)
        return reader

    def on_hearing(self, name: str) -> Reader:
        """Somebody with the hearing's page freshly before them."""
        reader = self[name]
        reader.go(self.hearing)
        return reader

    def stands_at(self, station: str, *, waits_for: str, reader: str = "zhou") -> None:
        """The track shows the station, and the line under it who owes the next step."""
        page = self.on_topic(reader).page
        expect(page.locator("ol.track li[aria-current=step] .name")).to_have_text(zh(station))
        owed = page.locator("section:has(> #next)")
        expect(owed).to_contain_text(zh("Waiting for: %(who)s", who=zh(waits_for)))

    def day(self, days: int) -> str:
        """So many days from the portal's today, as a date field takes it."""
        return (self.today + timedelta(days=days)).isoformat()


def photo(words: str, size: tuple[int, int] = (1200, 900)) -> dict[str, object]:
    """A picture from somebody's phone."""
    picture = Image.new("RGB", size, "#7a8f6a")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((300, 200, 900, 800), fill="#51452f")
    draw.text((340, 240), words, fill="white")
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=70)
    return {"name": "IMG_0231.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def camera_photo(quality: int = 92) -> bytes:
    """A JPEG of 12 megapixels with as much in it as a camera's, taken with the phone on its side: 8 MB, at 99 15 MB."""
    part = Image.effect_noise((1000, 750), 90).resize((4000, 3000), Image.Resampling.BICUBIC)
    grain = Image.effect_noise((4000, 3000), 25)
    picture = Image.merge("RGB", (part, grain, Image.blend(part, grain, 0.5)))
    exif, out = Image.Exif(), io.BytesIO()
    exif[Base.Orientation] = 6
    picture.save(out, "JPEG", quality=quality, exif=exif.tobytes())
    return out.getvalue()


def path_of(url: str) -> str:
    """The path of an address, without host and query."""
    return re.sub(r"^https?://[^/]+|[?#].*$", "", url)


def hearing_of(url: str) -> str:
    """The path of the hearing's own page: whoever planned it has landed on the form of its next step."""
    return re.sub(r"^(/hearings/\d+/).*$", r"\1", path_of(url))
