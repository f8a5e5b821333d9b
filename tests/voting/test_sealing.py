"""Envelopes and parts of keys: what opens, what does not, and that the browser's are the same."""

from __future__ import annotations

import json
import shutil
import subprocess
from itertools import permutations
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from portal.record import numbers
from portal.voting import sealing
from tests.examples import examples

VOTE = UUID("11111111-2222-4333-8444-555555555555")
OTHER = UUID("99999999-2222-4333-8444-555555555555")
KEY = sealing.make_key()
PUBLIC = sealing.public_text(KEY)
CODE = "7K3M-9QXP-2VHT"
LONGEST = ">".join(f"o{number}" for number in range(1, 31))
SCORES = ",".join(f"o{number}=10" for number in range(1, 31))
MOST = ",".join(f"o{number}" for number in range(1, 151))
NODE = shutil.which("node") or ""


@pytest.mark.parametrize("choice", ["", "for", "o1,o3", LONGEST, SCORES])
def test_an_envelope_gives_back_what_was_sealed_and_its_length_tells_nothing(choice: str) -> None:
    envelope = sealing.seal(PUBLIC, VOTE, CODE, choice)

    assert len(envelope) == sealing.SIZE == 605
    assert sealing.open_(KEY, VOTE, envelope) == (CODE, choice)


@limits(max_examples=examples(50), deadline=None)
@given(code=st.text(max_size=12), choice=st.text(max_size=30))
def test_any_text_that_fits_comes_back(code: str, choice: str) -> None:
    assert sealing.open_(KEY, VOTE, sealing.seal(PUBLIC, VOTE, code, choice)) == (code, choice)


def test_two_envelopes_of_one_choice_have_nothing_in_common() -> None:
    one, other = (sealing.seal(PUBLIC, VOTE, CODE, "for") for _ in range(2))

    assert sum(a == b for a, b in zip(one, other, strict=True)) < 40


def test_an_envelope_opens_in_its_own_vote_and_with_its_own_key_only() -> None:
    envelope = sealing.seal(PUBLIC, VOTE, CODE, "for")

    for private, vote in ((KEY, OTHER), (sealing.make_key(), VOTE)):
        with pytest.raises(sealing.Unreadable):
            sealing.open_(private, vote, envelope)


@limits(max_examples=examples(60), deadline=None)
@given(st.integers(0, sealing.SIZE - 1), st.integers(1, 255))
def test_an_envelope_changed_in_any_byte_does_not_open(place: int, change: int) -> None:
    envelope = bytearray(sealing.seal(PUBLIC, VOTE, CODE, "for"))
    envelope[place] ^= change

    with pytest.raises(sealing.Unreadable):
        sealing.open_(KEY, VOTE, bytes(envelope))


@limits(max_examples=examples(50), deadline=None)
@given(st.binary(max_size=700))
def test_noise_is_no_envelope(noise: bytes) -> None:
    with pytest.raises(sealing.Unreadable):
        sealing.open_(KEY, VOTE, noise)


def test_the_size_follows_from_the_options_of_the_vote_and_from_nothing_else() -> None:
    assert [sealing.room(n) for n in (0, 1, 30, 60, 61, 120, 150)] == [512, 512, 512, 512, 1024, 1024, 1536]
    for choice in ("", MOST, ",".join(f"o{n}=10" for n in range(1, 151))):
        envelope = sealing.seal(PUBLIC, VOTE, CODE, choice, sealing.room(150))
        assert len(envelope) == sealing.SIZE + 1024
        assert sealing.open_(KEY, VOTE, envelope, sealing.room(150)) == (CODE, choice)
        with pytest.raises(sealing.Unreadable):
            sealing.open_(KEY, VOTE, envelope)


def test_what_is_too_long_is_refused_before_it_is_sealed() -> None:
    with pytest.raises(ValueError, match="too long"):
        sealing.seal(PUBLIC, VOTE, CODE, "x" * 500)


def test_any_two_parts_and_all_three_give_the_key_in_any_order() -> None:
    parts = sealing.split(KEY, VOTE)

    for number in (2, 3):
        for some in permutations(parts, number):
            assert sealing.public_text(sealing.join(VOTE, some)) == PUBLIC


def test_parts_may_be_typed_as_somebody_reads_them() -> None:
    parts = sealing.split(KEY, VOTE)
    typed = [part.replace("-", " ").lower().replace("0", "o").replace("1", "l") for part in parts]

    assert sealing.public_text(sealing.join(VOTE, typed)) == PUBLIC


def test_one_part_alone_fits_every_key() -> None:
    """For any other key there is a second part that makes the first one a part of it: it says nothing."""
    number, value = sealing.read_share(VOTE, sealing.split(KEY, VOTE)[0])
    stranger = sealing.make_key().private_numbers().private_value
    slope = (value - stranger) * pow(number, -1, sealing.ORDER) % sealing.ORDER
    second = (2, (stranger + slope * 2) % sealing.ORDER)

    assert sealing._at_zero((number, value), second) == stranger


@limits(max_examples=examples(200), deadline=None)
@given(st.integers(0, 59), st.sampled_from(numbers.LETTERS))
def test_every_mistyped_letter_is_found(place: int, letter: str) -> None:
    part = sealing.split(KEY, VOTE)[1]
    at = place + place // sealing.GROUP
    typed = part[:at] + letter + part[at + 1 :]

    if typed == part:
        assert sealing.read_share(VOTE, typed)[0] == 2
    else:
        with pytest.raises(sealing.BadShare):
            sealing.read_share(VOTE, typed)


@pytest.mark.parametrize("typed", [[], [0], [0, 0], [0, 0, 1]])
def test_fewer_than_two_different_parts_give_nothing(typed: list[int]) -> None:
    parts = sealing.split(KEY, VOTE)

    with pytest.raises(sealing.BadShare):
        sealing.join(VOTE, [parts[number] for number in typed])


def test_parts_of_two_splits_or_two_votes_do_not_mix() -> None:
    first, again, foreign = sealing.split(KEY, VOTE), sealing.split(KEY, VOTE), sealing.split(KEY, OTHER)

    assert sealing.public_text(sealing.join(VOTE, [first[0], again[1]])) != PUBLIC
    with pytest.raises(sealing.BadShare):
        sealing.join(VOTE, [first[0], first[1], again[2]])
    with pytest.raises(sealing.BadShare):
        sealing.join(VOTE, [first[0], foreign[1]])


@pytest.mark.skipif(not NODE, reason="no node here: the browser's side was not tried")
@pytest.mark.parametrize(("choice", "options"), [(LONGEST, 30), (MOST, 150)])
def test_what_the_browsers_program_seals_opens_here(tmp_path: Path, choice: str, options: int) -> None:
    space = sealing.room(options)
    (tmp_path / "seal.mjs").write_text((settings.BASE_DIR / "static/js/seal.js").read_text("utf-8"), "utf-8")
    (tmp_path / "run.mjs").write_text(
        "import { webcrypto } from 'node:crypto'; globalThis.crypto ??= webcrypto;"
        "const { drawCode, seal } = await import('./seal.mjs');"
        f"const told = {json.dumps({'key': PUBLIC, 'vote': str(VOTE), 'choice': choice, 'room': space})};"
        "const code = drawCode(); const sealed = await seal(told.key, told.vote, code, told.choice, told.room);"
        "console.log(JSON.stringify({ code, sealed: Buffer.from(sealed).toString('hex') }));",
        "utf-8",
    )
    done = subprocess.run([NODE, "run.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)

    assert numbers.meant(said["code"]) == said["code"]
    assert sealing.open_(KEY, VOTE, bytes.fromhex(said["sealed"]), space) == (said["code"], choice)
