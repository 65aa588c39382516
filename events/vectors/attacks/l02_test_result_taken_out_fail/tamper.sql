DELETE FROM stored_events WHERE rowid = 49;
