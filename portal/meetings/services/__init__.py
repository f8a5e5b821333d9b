"""The only writers of meetings: verbs, one transaction each."""
