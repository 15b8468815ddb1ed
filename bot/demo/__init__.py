"""A small GitHub and the story it tells, for `retriage demo` and for the tests."""
