"""What differs from machine to machine and from day to day, drawn from TRUST_SEED; all calm with TRUST_FLAKES=off."""

import os
import random
import time
import zlib

SEED = int(os.environ.get("TRUST_SEED", "0"))
CALM = os.environ.get("TRUST_FLAKES") == "off"


def rng(name):
    return random.Random(zlib.crc32(f"{name}/{0 if CALM else SEED}".encode()))


def happens(name, share):
    return not CALM and random.Random(zlib.crc32(f"{name}/{SEED}/weather".encode())).random() < share


def stall(name, share, least=0.05, most=0.15):
    """A busy machine: the thread does not get the processor for a while, now and then."""
    if happens(name, share):
        time.sleep(rng(name + "/stall").uniform(least, most))
