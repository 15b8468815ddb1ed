"""A small shop's backend: enough code to break."""
