"""Speed and memory, measured and printed; nothing in here passes or fails."""
