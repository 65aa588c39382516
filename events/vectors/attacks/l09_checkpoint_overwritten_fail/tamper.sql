UPDATE checkpoints SET note = CAST('nothing' AS BLOB);
