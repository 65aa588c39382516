"""Give out: seals, bundles and their folder, receipts, refresh files, the next trust file."""
