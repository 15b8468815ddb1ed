"""Raw bytes of a job's log become numbered, cleaned lines; secrets never leave this room."""
