"""A small GitHub behind HTTP: state, GitHub's real behaviour, and faults that a test can ask for."""
