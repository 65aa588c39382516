"""Personal data: disclose it for one bundle, erase or restrict it, and open nothing erased."""
