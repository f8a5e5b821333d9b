"""Pages of conventions."""
