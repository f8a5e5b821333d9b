"""A participation portal in which the residents of a neighbourhood govern what they share."""
