"""Use cases: record an act, ask questions, export a bundle, verify one, audit the whole ledger.

Speaks to the world only through `ports`; knows neither SQLite nor files nor screens.
"""
