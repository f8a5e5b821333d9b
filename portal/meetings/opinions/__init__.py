"""The opinion map: short statements, who agrees with them, groups that stand close, what all share."""
