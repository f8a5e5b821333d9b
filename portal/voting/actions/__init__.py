"""What can be done about a vote, its roll and its paper, as pages offer it: the words, the service, the form."""
