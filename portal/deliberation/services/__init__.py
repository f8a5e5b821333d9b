"""The only writers of topics: verbs, one transaction each."""
