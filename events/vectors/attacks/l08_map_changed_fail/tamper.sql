UPDATE map_nodes SET second = zeroblob(32) WHERE path = (SELECT max(path) FROM map_nodes);
