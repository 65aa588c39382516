UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), 'ey', 'eY') AS BLOB) WHERE rowid = 49;
