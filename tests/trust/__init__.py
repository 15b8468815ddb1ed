"""How often Retriage is right, measured on real failures: `make trust`."""
