"""Law: what must be true before a fact may be recorded, with source, dates and remedy. Pure.

`model` says what a rule is, `pack` loads all of them; one file per gate or noun holds the rules.
"""
