"""What this room shows elsewhere; imported at the start."""
