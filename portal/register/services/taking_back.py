"""Taking an import back: each row as it was before, and of each that can no longer be, why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.events import log, notify
from portal.actions.lifecycles import advance
from portal.community import places
from portal.community.models import Area, Dwelling, Ownership, Person, RelationStatus, Residency, User
from portal.community.rolls import Asked, on_rolls, voted
from portal.community.rowchanges import ties
from portal.community.selectors import accounts_of
from portal.kit import clock
from portal.kit.batches import BATCH, batches
from portal.kit.errors import NotPossible
from portal.record.services import key
from portal.register.events import ROSTER_TAKEN_BACK, TITLE_BACK, TITLE_UNDONE
from portal.register.models import DwellingChange, Import, ImportedRow
from portal.register.permissions import IMPORTS
from portal.register.services import answers
from portal.register.services.journal import FIELDS, TABLES, restore, state_of
from portal.register.services.roster import back_until_from
from portal.register.services.writing import voters_last
from portal.register.states import ImportState

WHY = {
    "gone": gettext_lazy("something it wrote is not there any more"),
    "corrected": gettext_lazy("it was corrected since"),
    "others": gettext_lazy("somebody else lives there or owns it since"),
    "account": gettext_lazy("a new owner has an account since"),
    "voted": gettext_lazy("a new owner has voted since"),
    "moved": gettext_lazy("its building belongs to another neighbourhood since"),
}
# Rows forgotten in one round.
MOST = 5000
Things = dict[tuple[str, int], Any]


@dataclass
class Plan:
    """What taking back would do: `rows` that are put back, the others with the reason (a key of WHY)."""

    rows: list[ImportedRow] = field(default_factory=list)
    stay: list[tuple[ImportedRow, str]] = field(default_factory=list)
    things: Things = field(default_factory=dict)

    @property
    def reasons(self) -> list[tuple[ImportedRow, str]]:
        """Each row that stays, with the reason in the reader's words."""
        return [(row, str(WHY[why])) for row, why in self.stay]

    @property
    def votes(self) -> list[Asked]:
        """Votes under way on whose roll people of these rows stand; their rolls are not changed."""
        people = {pk for row in self.rows for pk in [*row.lost, *row.gained]}
        return on_rolls(
            people, [pk for row in self.rows for table, pk, *_ in row.touched if table == "dwelling"]
        )


def plan(roster: Import) -> Plan:
    """What can be put back, and what not and why. A constant number of queries for each five hundred rows."""
    result = Plan()
    new = set(roster.made.get("person", ()))
    rows = list(roster.rows.filter(why=""))
    for some in batches(rows):
        things = _things(some)
        result.things |= things
        since = _Since(roster, some, new, things)
        for row in some:
            why = since.why(row)
            if why:
                result.stay.append((row, why))
            else:
                result.rows.append(row)
    return result


class _Since:
    """What happened to the rows of an import since it was brought in."""

    def __init__(self, roster: Import, rows: Sequence[ImportedRow], new: set[int], things: Things) -> None:
        gained = {pk for row in rows for pk in row.gained}
        self._at, self._things, self._new = roster.at, things, new
        self._voted = voted(gained, roster.at)
        accounts = accounts_of(*(gained & new))
        self._accounts = set(accounts.values_list("person", flat=True))
        homes = [pk for row in rows for pk in _dwellings(row)]
        self._ties = _ties(homes)
        elsewhere = Dwelling.objects.exclude(building__path__startswith=roster.neighbourhood.path)
        self._moved = set(elsewhere.filter(pk__in=homes).values_list("pk", flat=True))

    def why(self, row: ImportedRow) -> str:
        """Why a row stays, as a key of WHY; empty where it can be put back."""
        for table, pk, _before, after in row.touched:
            thing = self._things.get((table, pk))
            if thing is None:
                return "gone"
            if state_of(thing) != after:
                return "corrected"
        gained = set(row.gained)
        if gained & self._accounts:
            return "account"
        if gained & self._voted:
            return "voted"
        return self._of_dwelling(row)

    def _of_dwelling(self, row: ImportedRow) -> str:
        mine = {(table, pk) for table, pk, _before, _after in row.touched}
        again = [(table, before) for table, _pk, before, _after in row.touched if _holds(before)]
        for pk in _dwellings(row):
            if pk in self._moved:
                return "moved"
            home = self._things["dwelling", pk]
            if home.retired_on is not None or (home.corrected_at and home.corrected_at >= self._at):
                return "corrected"
            others = [tie for tie in self._ties[pk] if (tie._meta.model_name, tie.pk) not in mine]
            if (row.new and others) or any(_in_the_way(tie, again, self._at) for tie in others):
                return "others"
        return ""


def _holds(before: dict[str, Any] | None) -> bool:
    """Whether a state of a tie, to be put back, is an open one."""
    return bool(before and before.get("status", "refused") != RelationStatus.REFUSED and not before["until"])


def _in_the_way(
    tie: Ownership | Residency, again: list[tuple[str, dict[str, Any]]], moment: datetime
) -> bool:
    """Whether a tie that the import did not write cannot stand beside what would be put back."""
    table = str(tie._meta.model_name)
    same = any(name == table and state["person_id"] == tie.person_id for name, state in again)
    if isinstance(tie, Residency):
        return same
    votes = any(state.get("is_voter") for _name, state in again) and tie.is_voter
    since = tie.verified_at is not None and tie.verified_at >= moment
    return same or (tie.status == RelationStatus.VERIFIED and (votes or since))


def _ties(dwellings: Collection[int]) -> defaultdict[int, list[Any]]:
    """The ties that hold today or wait for an answer, by dwelling."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for model in (Ownership, Residency):
        held = model.objects.filter(dwelling__in=dwellings, until=None)
        for tie in held.exclude(status=RelationStatus.REFUSED):
            found[tie.dwelling_id].append(tie)
    return found


def _dwellings(row: ImportedRow) -> Iterator[int]:
    """The dwelling of a row: the one it wrote, or the one its titles belong to."""
    seen = set()
    for table, pk, _before, after in row.touched:
        found = pk if table == "dwelling" else after.get("dwelling_id")
        if found and found not in seen:
            seen.add(found)
            yield found


def _things(rows: Iterable[ImportedRow]) -> Things:
    """Everything that rows wrote, and their dwellings, as they are now."""
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        for table, pk, _before, _after in row.touched:
            wanted[table].add(pk)
        wanted["dwelling"].update(_dwellings(row))
    return {
        (table, thing.pk): thing
        for table, keys in wanted.items()
        for thing in TABLES[table]._base_manager.filter(pk__in=keys)
    }


@transaction.atomic
def take_back(user: User, pk: int) -> Import:
    """Put back what an import wrote, row by row; rows that can no longer be put back stay, and say why.

    Nothing that was drawn from the register meanwhile, such as the roll of a vote, is changed by it.
    """
    roster = IMPORTS.take(user, pk, "take_back")
    if not roster.can_go_back:
        raise NotPossible(_("This roster can no longer be taken back: its time is over."))
    Area.objects.select_for_update(of=("self",)).get(pk=roster.neighbourhood_id)
    found = plan(roster)
    _keep_why(found)
    _put_back(found)
    _forget(roster, found)
    state = ImportState.PARTLY_BACK if found.stay else ImportState.TAKEN_BACK
    advance(roster, state, taken_back_by=user, taken_back_at=clock.now())
    data = {"rows": len(found.rows), **({"stay": len(found.stay)} if found.stay else {})}
    log(ROSTER_TAKEN_BACK, roster, by=user, data=data)
    _tell(roster, found)
    if roster.by is not None and roster.by_id != user.pk:
        notify(ROSTER_TAKEN_BACK, roster, accounts_of(roster.by.person_id), once_per=key(roster))
    roster.rows.update(touched=[])
    return roster


def back_until(roster: Import) -> datetime:
    """Before which moment an import, or one that is brought in now, can be taken back (rule roster.back_days)."""
    return roster.back_until or back_until_from(clock.now(), roster.neighbourhood)


def forget() -> None:
    """What was there before an import that can no longer be taken back, and which of its rows could not be read.

    Which rows it changed stays known.
    """
    late = Import.objects.filter(back_until__lte=clock.now())
    late.exclude(problems=[]).update(problems=[])
    rows = ImportedRow.objects.filter(roster__in=late).exclude(touched=[])
    rows.filter(pk__in=list(rows.values_list("pk", flat=True)[:MOST])).update(touched=[])


def _keep_why(found: Plan) -> None:
    for row, why in found.stay:
        row.why = why
    ImportedRow.objects.bulk_update([row for row, _why in found.stay], ["why"], batch_size=BATCH)


def _put_back(found: Plan) -> None:
    """First what was made goes, so that nobody votes twice for a dwelling; then what was changed is as before."""
    made: defaultdict[str, list[int]] = defaultdict(list)
    changed: defaultdict[str, list[Any]] = defaultdict(list)
    asked = []
    for row in found.rows:
        for table, pk, before, _after in row.touched:
            thing = found.things[table, pk]
            if before is None:
                made[table].append(pk)
                continue
            restore(thing, before)
            changed[table].append(thing)
            if before.get("status") == RelationStatus.REQUESTED:
                asked.append(thing)
    for table in ("residency", "ownership"):
        _delete(TABLES[table], made[table])
    for table, things in changed.items():
        for some in voters_last(things):
            TABLES[table]._base_manager.bulk_update(some, FIELDS[table], batch_size=BATCH)
    for tie in asked:
        answers.open_duty(tie)
    _remove_dwellings(made["dwelling"])


def _remove_dwellings(made: list[int]) -> None:
    """Dwellings that the import made go; one on which anything rests is retired instead."""
    used = _used(Dwelling, made)
    with translation.override(settings.LANGUAGE_CODE):
        today, reason = clock.today(), _("the roster that brought it in was taken back")
    kept = Dwelling.objects.filter(pk__in=used)
    DwellingChange.objects.bulk_create(
        DwellingChange(dwelling=home, what="retired", reason=reason) for home in kept
    )
    kept.update(retired_on=today, retired_reason=reason)
    _delete(Dwelling, [pk for pk in made if pk not in used])


def _forget(roster: Import, found: Plan) -> None:
    """People and places that the import made, where nothing rests on them."""
    people = roster.made.get("person", [])
    used = _used(Person, people)
    _delete(Person, [pk for pk in people if pk not in used])
    here = Area.objects.filter(path__startswith=roster.neighbourhood.path)
    areas = here.filter(pk__in=roster.made.get("area", []))
    for pk in list(areas.order_by("-depth").values_list("pk", flat=True)):
        # Read anew: what lay below it may have gone just now.
        area = Area.objects.get(pk=pk)
        places.let_go(area)
        if area.is_leaf() and not _used(Area, [pk]):
            area.delete()


def _used(model: type[Model], keys: list[int]) -> set[int]:
    """Which of these things anything of any app points at."""
    used: set[int] = set()
    for table, name in ties(model()):
        for some in batches(keys):
            found = table._base_manager.filter(**{f"{name}__in": some})
            used.update(found.order_by().values_list(name, flat=True))
    return used


def _delete(model: type[Model], keys: list[int]) -> None:
    """Rows at which nothing points, which was asked before: Django need not ask for every table again."""
    for some in batches(keys):
        rows = model._base_manager.filter(pk__in=some)
        rows._raw_delete(rows.db)


def _tell(roster: Import, found: Plan) -> None:
    """Those whose title stands again, and those whose new title went, by building."""
    groups: defaultdict[tuple[int, Any], set[int]] = defaultdict(set)
    for row in found.rows:
        for pk in _dwellings(row):
            home = found.things["dwelling", pk]
            groups[home.building_id, TITLE_BACK] |= set(row.lost)
            groups[home.building_id, TITLE_UNDONE] |= set(row.gained) - set(row.lost)
    names = dict(Area.objects.filter(pk__in={at for at, _event in groups}).values_list("pk", "name"))
    reached = set(
        accounts_of(*{pk for people in groups.values() for pk in people}).values_list("person", flat=True)
    )
    for (building, event), people in groups.items():
        if told := people & reached:
            notify(
                event,
                roster,
                accounts_of(*told),
                once_per=f"{key(roster)}:back:{building}",
                url=reverse("register:me"),
                title=names[building],
            )
