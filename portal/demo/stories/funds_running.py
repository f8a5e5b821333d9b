"""How the demo's projects are carried out: agreement, instalments, invoices, notes with photos, acceptance."""

from __future__ import annotations

import io
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from portal.community.models import User
from portal.community.selectors import person_of
from portal.demo.drawings import SHOWS, photo
from portal.demo.stories.funds_rounds import source
from portal.demo.world import World
from portal.funds.books import services as books
from portal.funds.models import Application, Grant, Part
from portal.funds.running import services as running
from portal.kit import clock

TEAM = {"wang": Part.COMMITTEE, "zhu": Part.DELEGATE, "sun": Part.FINANCE}
FOUND = {
    "wang": "数量、做法和申报的一样。",
    "zhu": "问了楼里六户，都说好用。",
    "sun": "发票和实物对得上。",
}


def grant_of(application: Application) -> Grant:
    """What was approved for it, as it stands now."""
    return Grant.objects.select_related("application__lead").get(application=application)


def lead(application: Application) -> User:
    """The account of whoever applied."""
    return User.objects.select_related("person").get(person=application.lead_id)


def agreed(world: World, application: Application, amounts: dict[str, int], days: int) -> None:
    """The agreement is signed: `amounts` in fen by the name of each source, to be finished in so many days."""
    chosen = {source(name).pk: fen for name, fen in amounts.items()}
    ends = clock.today() + timedelta(days=days)
    name = f"资助协议 {application.number}"
    running.agree(world["shen"], grant_of(application).pk, paper(name), ends, chosen)


def asked_for(application: Application, order: int) -> int:
    """Whoever applied asks for an instalment; returns its key."""
    instalment = grant_of(application).instalments.get(order=order)
    return running.request_instalment(lead(application), instalment.pk).pk


def paid(world: World, application: Application, order: int, voucher: str) -> int:
    """An instalment is asked for, approved by the director and paid by the worker; returns its key."""
    pk = asked_for(application, order)
    running.approve_instalment(world["wang"], pk)
    running.pay_instalment(world["shen"], pk, clock.today(), voucher)
    return pk


def proved(world: World, application: Application, *parts: int, looked_at: bool = True) -> None:
    """An invoice over so many fen of each line of the budget, in their order; counted unless it still waits."""
    lines = list(application.lines.order_by("pk"))[: len(parts)]
    said = [running.Part(line, line.item, fen) for line, fen in zip(lines, parts, strict=True) if fen]
    grant = grant_of(application)
    number = f"2531{grant.pk:06d}{grant.invoices.count():04d}"
    made = running.enter_invoice(
        lead(application),
        grant.pk,
        number,
        clock.today() - timedelta(days=2),
        "上海林顺商贸有限公司",
        application.payee,
        sum(parts),
        paper(f"发票 {number}"),
        said,
    )
    if looked_at:
        running.look_at_invoice(world["shen"], made.pk, counts=True)


def told(application: Application, text: str, *pictures: str) -> None:
    """A note of how far it is, with photos."""
    shows = "；".join(SHOWS[name] for name in pictures)
    photos = [photo(name) for name in pictures]
    books.write_progress(lead(application), grant_of(application).pk, text, photos, shows)


def halfway(world: World, application: Application) -> None:
    """The check at half time is passed."""
    running.check_midterm(world["shen"], grant_of(application).pk, passes=True, found="进度和账都对得上。")


def accepted(world: World, application: Application) -> None:
    """Reported as done, looked at by three who did not apply, and signed."""
    grant = running.report_done(lead(application), grant_of(application).pk)
    team = {person_of(world[name]): part for name, part in TEAM.items()}
    running.name_acceptors(world["shen"], grant.pk, team)
    for name, found in FOUND.items():
        running.sign_acceptance(world[name], grant.pk, accepts=True, found=found)


def paper(name: str) -> SimpleUploadedFile:
    """A sheet as a phone would photograph it, each another one; nothing can be read on it."""
    picture = Image.new("RGB", (240, 320), (160, 132, 102))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((24, 16, 216, 304), fill=(250, 249, 244))
    for row, letter in enumerate(name):
        draw.rectangle((40, 34 + row * 11, 60 + ord(letter) % 140, 38 + row * 11), fill=(120, 120, 116))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return SimpleUploadedFile(f"{name}.png", out.getvalue(), "image/png")
