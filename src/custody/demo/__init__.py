"""A realistic, wholly invented campaign, played through the same code as the commands.

`campaign.jsonl` holds the acts, `people.json` the persons, `logger-readings.csv` a temperature log.
`campaign` reads them, `play` records them, `forgeries` makes copies that must be caught.
No person, donor, organisation, permit or result in it exists.
"""
