"""Questionnaires in and out as JSON (portal.surveys.building.data says the shape)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.community.models import User
from portal.surveys.building import laying
from portal.surveys.building.data import Data, as_data, digest, from_json
from portal.surveys.definition import definition_of
from portal.surveys.models import Survey
from portal.surveys.models.editions import Did

__all__ = ["Data", "as_data", "definition_json", "fingerprint", "from_json", "read_into"]


def definition_json(survey: Survey) -> Data:
    """The questions of a survey as they stand, in three queries."""
    return as_data(definition_of(survey))


def read_into(survey: Survey, data: Mapping[str, Any], by: User | None, did: Did = Did.READ_IN) -> Survey:
    """Lay a questionnaire out in a survey in place of what it asks now; that can be taken back like any change.

    Raises NotPossible, with the line of the question, where it is not sound, or where the questions stand already.
    """
    return laying.lay(survey, from_json(data), by, did)


def fingerprint(survey: Survey) -> str:
    """SHA-256 of the questions in hexadecimal; its first eight characters are printed on paper."""
    return digest(definition_json(survey))
