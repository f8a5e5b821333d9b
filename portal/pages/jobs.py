"""What time does to pages: those set for a moment appear, those that expire go."""

from __future__ import annotations

from datetime import timedelta

from portal.duties.tick import beat, job, rests
from portal.pages import papers
from portal.pages.cards import press
from portal.pages.cards import services as cards
from portal.pages.disclosure import catalogue
from portal.pages.disclosure import services as disclosure
from portal.pages.resources import services as resources
from portal.pages.scheduling import bring_out_due

HOUR = timedelta(hours=1)
REMINDED = "pages.disclosure"


@job
def publish_scheduled() -> None:
    """Publish and take down what editors set for a moment that has come, here or in the stock admin."""
    bring_out_due()


@job
def read_papers() -> None:
    """What the PDFs of published pages say is found, too."""
    papers.read_waiting()


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
