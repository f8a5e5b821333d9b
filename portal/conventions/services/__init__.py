"""The verbs of conventions: each one transaction, take → check → advance → announce."""
