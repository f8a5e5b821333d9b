"""Static files under names that change with them, the modules that our scripts import included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Also rewrites `from "./x.js"` and `import("./x.js")` in our own scripts, so that browsers keep every module.

    Django's `support_js_module_import_aggregation` does it in every script, and fails where a library shows an
    import in a comment.
    """

    patterns: ClassVar = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "js/*.js",
            (
                (r"""(?P<matched>from\s*["'](?P<url>\./[^"']+)["'])""", 'from "%(url)s"'),
                (r"""(?P<matched>import\(["'](?P<url>\./[^"']+)["']\))""", 'import("%(url)s")'),
            ),
        ),
    )

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Only what pages name: the files with a hash. The same content under its plain name nobody asks for."""
        compressed: Iterator[tuple[str, str]] = super().compress_files(
            set(paths).intersection(self.hashed_files.values())
        )
        return compressed
