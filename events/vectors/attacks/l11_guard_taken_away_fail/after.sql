DROP TRIGGER stored_events_no_update;
