UPDATE stored_events SET originator_id = 'batch:' || lower(hex(zeroblob(16))), originator_version = 1 WHERE rowid = 49;
