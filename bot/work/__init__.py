"""The JobQueue port's engines: work that survives a crash, one piece at a time per key."""
