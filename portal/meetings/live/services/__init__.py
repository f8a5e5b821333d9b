"""What is done in a meeting that runs: the only writers of its floor."""
