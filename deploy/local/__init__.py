"""The grown-up portal on one computer, without installing it: Debian's servers, the files of deploy/, free ports.

`python -m deploy.local.up` serves it, `.try_deploy` tries docs/operations.md against it, `.outages` takes parts away.
Only the standard library, so that it says what is missing before anything is installed.
"""
