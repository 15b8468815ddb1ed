"""Retriage: a GitHub App that says why a pull request's CI run is red, with its evidence."""
