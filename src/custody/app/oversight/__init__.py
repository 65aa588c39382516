"""Watch the ledger: audit everything, witness its growth, prove a fraud."""
