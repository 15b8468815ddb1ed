"""Built-in signatures as data: infrastructure that is nobody's change, each with its why and its examples."""

from bot.packs.loading import load_pack, load_packs

__all__ = ["load_pack", "load_packs"]
