UPDATE ledger SET origin = 'custody.example/site-9';
