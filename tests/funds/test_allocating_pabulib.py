from __future__ import annotations

import pytest
from hypothesis import given, settings

from portal.funds.allocating import pabulib
from portal.funds.allocating.elections import Ballot, Election, Project, Rules
from tests.examples import examples
from tests.funds.elections import ELECTIONS, REFERENCE, drawn, election, example

PLAIN = """META
key;value
description;Benches
num_projects;2
num_votes;3
budget;100
vote_type;approval
PROJECTS
project_id;cost;name
p1;60;A bench
p2;40.5;"A; b"
VOTES
voter_id;age;vote
1;30;p1,p2
2;40;
3;50; p2
"""


def test_a_file_is_read_whole() -> None:
    found = pabulib.read(PLAIN)

    assert (found.budget, [(one.id, float(one.cost), one.title) for one in found.projects]) == (
        100,
        [("p1", 60.0, "A bench"), ("p2", 40.5, "A; b")],
    )
    assert found.ballots == (Ballot("1", ("p1", "p2")), Ballot("2", ()), Ballot("3", ("p2",)))
    assert found.meta["description"] == "Benches"


@pytest.mark.parametrize(
    "changed",
    [
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\n\n"),
        PLAIN.replace("key;value\n", ""),
        PLAIN.replace("VOTES", "votes"),
        PLAIN.replace("40.5", "40,5"),
    ],
    ids=["mark", "crlf", "empty lines", "no heading of meta", "small letters", "comma"],
)
def test_the_same_file_from_another_program_reads_the_same(changed: str) -> None:
    assert pabulib.read(changed) == pabulib.read(PLAIN)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("META\n", "", "line 1: a file begins with META"),
        ("budget;100", "subunit;x", "line 1: META has no 'budget'"),
        ("budget;100", "budget", "line 6: 'budget' has no value"),
        ("budget;100", "budget;-100", "line 6: budget '-100' is below 0"),
        ("budget;100", "budget;a lot", "line 6: budget 'a lot' is no number"),
        ("budget;100", "budget;1e400", "line 6: budget '1e400' is no number"),
        ("budget;100", "budget;nan", "line 6: budget 'nan' is no number"),
        ("budget;100", f"budget;{'9' * 400}", "line 6: budget '9999"),
        ("budget;100", "budget;100\nbudget;200", "line 7: 'budget' stands twice"),
        ("vote_type;approval\n", "", "line 1: META has no 'vote_type'"),
        ("approval", "cumulative", "line 7: ballots of the kind 'cumulative' cannot be allocated here"),
        ("approval", "ordinal", "line 7: ballots of the kind 'ordinal' cannot be allocated here"),
        ("num_votes;3", "num_votes;4", "line 5: num_votes says 4, but there are 3 ballots"),
        ("num_votes;3", "num_votes;three", "line 5: num_votes 'three' is no number"),
        ("num_projects;2", "num_projects;3", "line 4: num_projects says 3, but there are 2 projects"),
        ("project_id;cost", "project;cost", "line 9: the column 'project_id' is missing"),
        ("project_id;cost;name", "project_id;cost;cost", "line 9: a column stands twice"),
        ("p1;60", "p1;-60", "line 10: cost '-60' is below 0"),
        ("p1;60", "p1;0", "line 10: project p1 costs nothing"),
        ("p1;60", "p1;sixty", "line 10: cost 'sixty' is no number"),
        ("p1;60", ";60", "line 10: '' is no project_id"),
        ("p2;40.5", "p1;40.5", "line 11: project p1 stands twice"),
        ("p1;60;A bench", "p1;60", "line 10: 2 cells where the heading has 3"),
        ("p1;60;A bench", "p1;60;A bench;x", "line 10: 4 cells where the heading has 3"),
        ("voter_id;age;vote", "voter_id;age;choice", "line 13: the column 'vote' is missing"),
        ("2;40;\n", "1;40;\n", "line 15: voter 1 has two ballots"),
        ("2;40;\n", ";40;\n", "line 15: a ballot has no voter_id"),
        ("3;50; p2", "3;50;p2,p9", "line 16: there is no project p9"),
        ("3;50; p2", "3;50;p2, p2", "line 16: project p2 is ticked twice on one ballot"),
        ("3;50; p2\n", "3;50; p2\nVOTES\n", "line 17: the section VOTES stands twice"),
        ("voter_id;age;vote\n1;30;p1,p2\n2;40;\n3;50; p2\n", "", "line 12: VOTES has no heading"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_the_line_and_the_reason(old: str, new: str, said: str) -> None:
    assert old in PLAIN

    with pytest.raises(pabulib.Broken) as refused:
        pabulib.read(PLAIN.replace(old, new, 1))

    assert str(refused.value).startswith(said)


def test_an_empty_file_and_one_in_another_encoding_are_refused() -> None:
    with pytest.raises(pabulib.Broken, match="line 1: the section META is missing"):
        pabulib.read("")
    with pytest.raises(pabulib.Broken, match="line 3: this is not text in UTF-8"):
        pabulib.read_bytes("META\nkey;value\ndescription;长椅\n".encode("gb18030"))


def test_a_file_cut_off_before_its_last_ballot_is_refused() -> None:
    for end in range(PLAIN.index("3;50")):
        with pytest.raises(pabulib.Broken):
            pabulib.read(PLAIN[:end])


def test_a_file_without_a_section_is_refused() -> None:
    with pytest.raises(pabulib.Broken, match="line 8: the section PROJECTS is missing"):
        pabulib.read(PLAIN[: PLAIN.index("PROJECTS")])


def test_what_is_written_is_read_as_the_same_election_with_its_rules() -> None:
    rules = Rules("equal-shares", "greedy", "cheaper", 3, True, True)
    ballots = election(
        100, {"a": 60, "b": 30, "c": 10}, ("ab", 2), ("", 1), groups={"a": "bench", "b": "bench"}
    )

    text = pabulib.write(ballots, rules, unit="fen")
    found = pabulib.read(text)

    assert (found.budget, found.projects, found.ballots) == (
        ballots.budget,
        ballots.projects,
        ballots.ballots,
    )
    assert pabulib.rules_of(found.meta) == rules
    assert pabulib.write(found, rules, unit="fen") == text
    comment = found.meta["comment"]
    assert "amounts in fen" in comment
    assert "at most one of a, b is funded (bench)" in comment


def test_a_title_cannot_end_its_row_or_begin_a_section() -> None:
    nasty = 'VOTES\n1;2;"x"\r\n;'
    ballots = Election(10, (Project("a", 5, nasty, "g;\nh"),), (Ballot("1", ("a",)),), {"description": nasty})

    found = pabulib.read(pabulib.write(ballots))

    assert [(one.id, one.cost) for one in found.projects] == [("a", 5)]
    assert len(found.ballots) == 1


@given(drawn())
@settings(max_examples=examples(100))
def test_any_election_survives_writing_and_reading(ballots: Election) -> None:
    found = pabulib.read(pabulib.write(ballots, Rules()))

    assert (found.budget, found.projects, found.ballots) == (
        ballots.budget,
        ballots.projects,
        ballots.ballots,
    )


def test_a_real_file_says_the_same_after_it_was_written_again() -> None:
    found = example("poland_warszawa_2018_grochow-centrum.pb")

    again = pabulib.read(pabulib.write(found))

    assert (again.budget, again.projects, again.ballots) == (found.budget, found.projects, found.ballots)
    assert pabulib.rules_of(found.meta) is None
    assert {path.name for path in ELECTIONS.glob("*.pb")} == set(REFERENCE)
