"""Invitation codes: the code of a dwelling under the salt of its mailing (portal.kit.codes)."""

from __future__ import annotations

from portal.kit.codes import Codes, new_salt

__all__ = ["found_again", "hashes", "made_of", "new_salt"]
_CODES = Codes("invitation")
made_of, found_again, hashes = _CODES.made_of, _CODES.found_again, _CODES.hashes
