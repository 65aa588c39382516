DELETE FROM stored_events WHERE rowid > 70;
DELETE FROM checkpoints;
DELETE FROM nodes WHERE id > 66;
