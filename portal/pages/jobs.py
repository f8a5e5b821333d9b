"""What time does to pages: those set for a moment appear, those that expire go."""

from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command
from wagtail.models import Page

from portal.duties.tick import beat, job, rests
from portal.kit import clock
from portal.pages.cards import press
from portal.pages.cards import services as cards
from portal.pages.disclosure import catalogue
from portal.pages.disclosure import services as disclosure
from portal.pages.resources import services as resources

HOUR = timedelta(hours=1)
REMINDED = "pages.disclosure"


@job
def publish_scheduled() -> None:
    """Publish and take down what editors set for a moment that has come.

    Wagtail takes down first: a page whose whole time fell into a pause would be seen until the next round.
    """
    call_command("publish_scheduled", verbosity=0)
    if Page.objects.filter(live=True, expire_at__lt=clock.now()).exists():
        call_command("publish_scheduled", verbosity=0)


@job
def keep_cards() -> None:
    """Cards that nobody looked at for long are owed a look; a head's number goes with the post."""
    cards.remind()
    cards.forget_numbers()


@job
def draw_cards() -> None:
    """Draw the cards of all buildings where somebody asked for them."""
    press.draw_waiting()


@job
def owe_disclosure() -> None:
    """Each neighbourhood has the catalogue, and its posts owe what is to be published; looked at once an hour."""
    catalogue.seed()
    if not rests(REMINDED, HOUR):
        disclosure.remind()
        beat(REMINDED)


@job
def end_skills() -> None:
    """A skill that nobody renewed ends after its year."""
    resources.end_old()
