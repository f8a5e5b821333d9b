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
    require_answered,
    require_looked_through,
)
from portal.surveys.course.services.keeping import erase_due
from portal.surveys.course.services.preparing import (
    approve,
    call,
    pilot,
    redraft,
    require_own,
    require_whole,
    settings,
)
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
    require_times,
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
    "require_answered",
    "require_looked_through",
    "require_own",
    "require_times",
    "require_whole",
    "resume",
    "resume_wave",
    "settings",
]
