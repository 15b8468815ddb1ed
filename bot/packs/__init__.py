"""Built-in signatures as data: infrastructure that is nobody's change, each with its why and its examples."""

from bot.packs.loading import PACKS, load_pack, load_packs

__all__ = ["PACKS", "load_pack", "load_packs"]
