"""The only writers of topics and meetings: verbs, one transaction each."""
