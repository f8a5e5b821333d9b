"""The life of a thing as data, and the only place that writes a state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django.db.models import Model, TextChoices
from django.utils.translation import gettext as _

from portal.kit import clock
from portal.kit.errors import NotPossible

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

S = TypeVar("S", bound=TextChoices)
LIFE_CYCLES: dict[str, LifeCycle[Any]] = {}


@dataclass(frozen=True)
class LifeCycle(Generic[S]):
    """Which state may follow which. Declared in an app's `states`, named by the model's attribute `life`.

    `attribute`: where the model has its state, a column or a property that follows from its moments.
    `also_first`: further states in which a thing may begin. `refusals`: what somebody reads in a state who wants
    what cannot be done in it, where there is more to say than the state's label.
    `name` is where the diagram stands in docs/ (<!-- states:name -->).
    """

    name: str
    next: Mapping[S, frozenset[S]]
    first: S
    attribute: str = "state"
    also_first: tuple[S, ...] = ()
    refusals: Mapping[S, StrOrPromise] = field(default_factory=dict)

    def __post_init__(self) -> None:
        LIFE_CYCLES[self.name] = self

    def state_of(self, thing: Model) -> S:
        """The present state of a thing."""
        return type(self.first)(getattr(thing, self.attribute))

    def moved_on(self, thing: Model) -> NotPossible:
        """What somebody reads whose page was older than the thing."""
        state = self.state_of(thing)
        moved = _("This has moved on: it is now at “%(state)s”. Please look at its page again.")
        return NotPossible(str(self.refusals.get(state) or moved % {"state": state.label}))


def advance(
    thing: Any,
    to: TextChoices,
    *,
    also: Iterable[str] = (),
    life: LifeCycle[Any] | None = None,
    **changes: Any,
) -> Any:
    """Bring a locked thing into its next state with the changes that belong to it, and save these fields.

    A state that is a column is written with `state_since`, where there is one; one that follows from moments
    must follow from `changes`. `also`: fields that the caller set already. `life`: that of a thing whose model lies
    below this app and cannot name it. Returns the state left.
    Raises NotPossible where the life cycle has no such step (somebody else was faster), ValueError where the
    changes do not lead there.
    """
    life = life or cast("LifeCycle[Any]", thing.life)
    was = life.state_of(thing)
    if to not in life.next[was]:
        raise life.moved_on(thing)
    columns = {field.name for field in thing._meta.concrete_fields}
    if life.attribute in columns:
        changes = {
            life.attribute: to,
            **({"state_since": clock.now()} if "state_since" in columns else {}),
        } | changes
    for name, value in changes.items():
        setattr(thing, name, value)
    if life.state_of(thing) is not to:
        raise ValueError(f"{thing._meta.label} comes to {life.state_of(thing)}, not to {to}")
    thing.save(update_fields=[*changes, *also])
    return was
