"""Pages of conventions: the desk (rounds, suggestions), reading, printing."""
