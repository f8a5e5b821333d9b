"""The keys of sealed votes and the secret key: copied to a place of their own, and brought back from there."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings

from portal.keeping import Refused, facts
from portal.keeping.files import below, copied, create
from portal.keeping.places import Installation, stamp
from portal.kit import clock
from portal.voting.keys import SUFFIX
from portal.voting.services.keys import outlived

KEYS, SECRET = "keys", "secret-key"


def copy_out(place: Path, here: Installation) -> list[str]:
    """Copy what is not there yet, and take away the keys of votes that nobody may open any more. Says what it did.

    A place for keys is used again and again: what is in it already is left, but for a key that the server itself
    would have destroyed by now, because envelopes in an old backup are secret only for as long as the key is gone.
    """
    new = _missing(here.keys, place / KEYS)
    for name in new:
        copied(here.keys / name, place / KEYS / name)
    gone = outlived(UUID(Path(name).stem) for name in _keys(place / KEYS))
    for vote_id in gone:
        (place / KEYS / f"{vote_id}{SUFFIX}").unlink()
    said = [f"Keys: {len(new)} copied to {place}, {len(gone)} of votes long counted destroyed there."]
    return said + _copy_secret(here, place)


def bring_back(place: Path, here: Installation, *, keep: bool = True) -> list[str]:
    """Copy keys back that the server does not have, and the secret key; Refused where a key there is another.

    `keep` another secret key aside. In an installation that held nothing it signed nothing: each start makes one.
    """
    if not place.is_dir():
        raise Refused(f"There is no folder {place}.")
    for name in set(_keys(place / KEYS)) & set(_keys(here.keys)):
        if (place / KEYS / name).read_bytes() != (here.keys / name).read_bytes():
            raise Refused(
                f"The key {name} in {here.keys} is not the one in {place}: put one of them away first."
            )
    new = _missing(place / KEYS, here.keys)
    for name in new:
        copied(place / KEYS / name, here.keys / name)
    return [f"Keys: {len(new)} brought back.", *_bring_secret(place, here, keep=keep)]


def not_copied(here: Installation) -> list[str]:
    """In plain words, what a backup without its keys cannot bring back."""
    kept = _keys(here.keys)
    return [
        f"The keys were NOT copied: {len(kept)} of sealed votes ({here.keys}) and the secret key.",
        "Without the first nobody opens those ballots, and the votes are repeated; without the second printed"
        " letters and links no longer work. Keep them in another place than this backup: --keys FOLDER.",
    ]


def lacking(here: Installation) -> str:
    """In plain words, which votes of the connected database could not be counted with the keys that are here."""
    lost = facts.waiting_keys() - {Path(name).stem for name in _keys(here.keys)}
    if not lost:
        return ""
    return (
        f"Sealed votes that cannot be opened, for their keys are not in {here.keys}: {', '.join(sorted(lost))}."
        " Copy the files there before these votes end."
    )


def _keys(folder: Path) -> list[str]:
    return [name for name in below(folder) if name.endswith(SUFFIX)]


def _missing(source: Path, target: Path) -> list[str]:
    return sorted(set(_keys(source)) - set(_keys(target)))


def _copy_secret(here: Installation, place: Path) -> list[str]:
    if not _in_file(here.secret):
        return [
            "Secret key: it comes from PORTAL_SECRET_KEY; keep the environment's file in a safe place, too."
        ]
    kept = _put(here.secret, place / SECRET)
    return [f"Secret key: the one that lay in {place} is another, and kept: {kept}."] if kept else []


def _bring_secret(place: Path, here: Installation, *, keep: bool) -> list[str]:
    if not (place / SECRET).exists():
        return ["Secret key: none lies there; if it has changed, letters and links of before no longer work."]
    if here.secret.exists() and not _in_file(here.secret):
        return ["Secret key: it comes from PORTAL_SECRET_KEY and was left as it is."]
    kept = _put(place / SECRET, here.secret, keep=keep)
    return ["Secret key: brought back." + (f" The one that was here is kept: {kept}." if kept else "")]


def _in_file(path: Path) -> bool:
    return path.exists() and path.read_text().strip() == settings.SECRET_KEY


def _put(source: Path, target: Path, *, keep: bool = True) -> Path | None:
    """Copy a secret; another one that is there is put aside, and its new name returned, or not kept."""
    wanted, aside = source.read_bytes(), target.with_name(f"{target.name}.replaced-{stamp(clock.now())}")
    if target.exists():
        if target.read_bytes() == wanted:
            return None
        target.rename(aside)
    with create(target) as file:
        file.write(wanted)
    if not keep:
        aside.unlink(missing_ok=True)
    return aside if aside.exists() else None
