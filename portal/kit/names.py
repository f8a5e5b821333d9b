"""Names as people write them: what two spellings of one name have in common, and what nobody sees."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db import models

# Signs that stand between the parts of a name (买买提·吐尔逊), as keyboards and files write them; after NFKC.
DOTS = "·•・‧∙⋅●⸱⸳꞉.。᛫"
APOSTROPHES = "’‘ʼʹ`´"
# Drawn as nothing, though Unicode calls them letters or symbols: the fillers of Hangul, and empty Braille.
BLANKS = "\u115f\u1160\u3164\uffa0\u2800"
ALIKE = {ord(sign): "·" for sign in DOTS} | {ord(sign): "'" for sign in APOSTROPHES}
# Not what this Python does not know yet, nor private signs: rare characters of names are among them.
UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
# Of what is compared; a few signs become many by NFKC.
LONGEST = 120


def seen(sign: str) -> bool:
    """Whether a reader sees the sign at all: no space or control, nothing of no width, no chooser of a shape."""
    chooses_shape = "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"
    return unicodedata.category(sign) not in UNSEEN and sign not in BLANKS and not chooses_shape


def blank(text: str) -> bool:
    """Whether a text is empty to whoever reads it: spaces alone, or signs that nobody sees."""
    return not any(map(seen, text))


def compared(name: str) -> str:
    """What a name is compared by: 张　三 and 张三, ＪＯＨＮ Smith and john smith, • and · are the same.

    NFKC, case folded, without spaces and signs nobody sees, every name dot as ·. Never shown: what was written is.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    # Once more: where a space went, signs may have come together.
    joined = unicodedata.normalize("NFKC", "".join(filter(seen, folded)))
    return joined.translate(ALIKE)[:LONGEST]


class ComparedField(models.CharField):  # type: ignore[type-arg]
    """What a name column is compared by, kept with it: whoever saves the name saves this."""

    def __init__(self, source: str = "", **kwargs: Any) -> None:
        self.source = source
        super().__init__(editable=False, blank=True, default="", **{"max_length": LONGEST, **kwargs})

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """For migrations: the source, and nothing that is always so."""
        name, path, args, kwargs = super().deconstruct()
        for always in ("editable", "blank", "default"):
            kwargs.pop(always, None)
        return name, path, list(args), kwargs | {"source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """The name as it is now."""
        value = compared(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, value)
        return value
