"""The verbs of the `retriage` command, one file each."""
