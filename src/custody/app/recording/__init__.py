"""Record: found a ledger, prepare an act, sign it, write it; correct, reaffirm, look back."""
