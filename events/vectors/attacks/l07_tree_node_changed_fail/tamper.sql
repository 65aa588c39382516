UPDATE nodes SET hash = zeroblob(32) WHERE id = 3;
