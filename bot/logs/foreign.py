"""What is no log at all: an archive, an image, a program given in place of one."""

import codecs

# First bytes, as https://en.wikipedia.org/wiki/List_of_file_signatures lists them.
_KINDS = (
    (b"\x1f\x8b", "a gzip file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF-", "a PDF file"),
    (b"\x7fELF", "a program"),
)
# Enough to tell text from noise.
SAMPLE = 4096
# Control characters that no program prints. In compressed or encrypted bytes every eleventh is one.
_UNPRINTED = bytes([*range(1, 7), *range(16, 27), *range(28, 32)])
_FEW = 0.04


def describe_foreign(head: bytes) -> str:
    """Say what these first bytes of a file are, when they are no text; empty when they may be a log's."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ""
    for magic, kind in _KINDS:
        if head.startswith(magic):
            return f"this is {kind}, not a log"
    sample = head[:SAMPLE]
    unprinted = len(sample) - len(sample.translate(None, delete=_UNPRINTED))
    return "this is not text" if unprinted > _FEW * len(sample) else ""
