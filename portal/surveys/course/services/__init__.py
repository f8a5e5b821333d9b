"""The only writers of the course of a survey."""

from __future__ import annotations

from portal.surveys.course.services.asking import add, mark, remind, remind_before_end
from portal.surveys.course.services.checking import (
    analyse,
    archive,
    check_again,
    clean,
    count_again,
    look,
    put_back,
    remove,
)
from portal.surveys.course.services.keeping import erase_due
from portal.surveys.course.services.preparing import approve, call, pilot, redraft, settings
from portal.surveys.course.services.running import (
    ask_due,
    cancel,
    close,
    close_due,
    extend,
    open_survey,
    pause,
    reopen,
    reopen_until,
    resume,
)
from portal.surveys.course.services.waves import call_wave, end_wave, join, resume_wave

__all__ = [
    "ask_due",
    "add",
    "analyse",
    "approve",
    "archive",
    "call",
    "call_wave",
    "cancel",
    "check_again",
    "clean",
    "close",
    "close_due",
    "count_again",
    "end_wave",
    "erase_due",
    "extend",
    "join",
    "look",
    "mark",
    "open_survey",
    "pause",
    "pilot",
    "put_back",
    "redraft",
    "remind",
    "remind_before_end",
    "remove",
    "reopen",
    "reopen_until",
    "resume",
    "resume_wave",
    "settings",
]
