"""Static files under names that change with them, the modules that our scripts import included."""

from __future__ import annotations

from typing import ClassVar

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Also rewrites `from "./x.js"` in our own scripts, so that browsers keep every module until it changes.

    Django's `support_js_module_import_aggregation` does it in every script, and fails where a library shows an
    import in a comment.
    """

    patterns: ClassVar = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((r"""(?P<matched>from\s*["'](?P<url>\./[^"']+)["'])""", 'from "%(url)s"'),)),
    )
