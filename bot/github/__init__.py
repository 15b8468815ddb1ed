"""The only place that speaks to GitHub: `adapter.open_github` gives the port `GitHub` of bot/ports.py."""
