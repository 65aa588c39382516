UPDATE stored_events SET rowid = 9999 WHERE rowid = 38;
UPDATE stored_events SET rowid = 38 WHERE rowid = 39;
UPDATE stored_events SET rowid = 39 WHERE rowid = 9999;
