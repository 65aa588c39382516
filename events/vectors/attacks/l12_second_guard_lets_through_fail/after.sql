CREATE TRIGGER quiet AFTER INSERT ON checkpoints BEGIN DELETE FROM map_nodes WHERE path = 'x'; END;
