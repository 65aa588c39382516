"""A realistic, wholly invented campaign, played through the same code as the commands.

`campaign.jsonl` holds the first line of products, `campaign-*.jsonl` a chapter each beside it, in
which every act has its day counted from the day of playing; `people.json` holds the persons,
`logger-readings.csv` a temperature log.
`campaign` reads them, `play` records them, `forgeries` makes copies that must be caught.
No person, donor, organisation, permit or result in it exists.
"""
