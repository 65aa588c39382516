UPDATE stored_events SET topic = 'batch.rejected/v1' WHERE rowid = 52;
