"""Composition root: the only package that knows which adapter fills which port.

One module per thing people open: a ledger, its trust file, a handover folder, a witness or a time
stamp, a verifier's memory or an auditor. Each imports what it needs and nothing for the others.
"""
