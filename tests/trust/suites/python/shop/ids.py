"""Short ids for orders, with a check digit."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id(rng, length=6):
    return "".join(rng.choice(ALPHABET) for _ in range(length))


def check_digit(text):
    total = sum((n + 1) * ALPHABET.index(char) for n, char in enumerate(text))
    return ALPHABET[total % len(ALPHABET)]


def with_check(text):
    return text + check_digit(text)


def is_valid(text):
    if len(text) < 2 or any(char not in ALPHABET for char in text):
        return False
    return check_digit(text[:-1]) == text[-1]


def draw_winner(names, rng):
    return rng.choice(sorted(names))
