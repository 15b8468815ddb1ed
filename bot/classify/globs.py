"""Globs on names of jobs, tests, files and branches."""


def fits(glob: str, text: str) -> bool:
    """Whether a glob describes the whole text.

    `*` is any text, also none and across `/`; `?` is one character; everything else is itself: job names
    hold brackets and parentheses as plain text. Case counts. Takes at most the product of both lengths.
    """
    at = after_star = from_text = 0
    star = False
    index = 0
    while index < len(text):
        if at < len(glob) and glob[at] == "*":
            star, after_star, from_text = True, at + 1, index
            at += 1
        elif at < len(glob) and glob[at] in ("?", text[index]):
            at, index = at + 1, index + 1
        elif star:
            from_text += 1
            at, index = after_star, from_text
        else:
            return False
    return not glob[at:].strip("*")


def literal_size(glob: str) -> int:
    """How many characters of a glob stand for themselves."""
    return sum(char not in "*?" for char in glob)
