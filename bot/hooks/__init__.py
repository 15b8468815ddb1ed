"""Deliveries: the only room that knows the keys of GitHub's payloads."""

from bot.hooks.events import decode

__all__ = ["decode"]
