"""More importance: of pairs, groups, gates and parameters, shares of a change, and what reaches a target."""
