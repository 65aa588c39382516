"""Ask without writing: states, gates, deadlines, rules and their sources, members of staff."""
