"""A response's body, read with bounds: bytes, ratio of compression, and whether its end was seen."""

import zlib
from dataclasses import dataclass, field

from bot.github.http import HTTPError, Response

# Real logs compress 5 to 30 times; a bomb of zeros a thousand times.
MAX_RATIO = 100
# Short texts of one repeated line pass the ratio and harm nobody.
RATIO_FREE = 8 << 20
# What is inflated at once.
PIECE = 1 << 20
WITHOUT_BODY = (204, 304)
GZIP_MAGIC = b"\x1f\x8b"


@dataclass(slots=True)
class Intake:
    """The bytes that came, at most `limit`; `gap` says what is missing, empty when nothing is."""

    limit: int
    data: bytearray = field(default_factory=bytearray)
    gap: str = ""

    def take(self, piece: bytes) -> bool:
        """Add what fits; `False` when it is full."""
        room = self.limit - len(self.data)
        self.data += piece[:room]
        if len(piece) > room:
            self.gap = f"longer than {self.limit} bytes: the rest was not read"
        return not self.gap


async def read_body(response: Response, intake: Intake) -> None:
    """Read a streamed response into `intake`; a cut connection is a gap, not an error.

    The end of a body is known from `Content-Length`, from the last chunk, or from the end of a
    compressed stream. A body that just stops when the connection closes may have been cut anywhere:
    it is read, with a gap. https://www.rfc-editor.org/rfc/rfc9112#section-6.3
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    inflater = _new_inflater(encoding, intake)
    came = 0
    if intake.gap:
        return
    try:
        async for chunk in response.aiter_raw():
            came += len(chunk)
            going = intake.take(chunk) if inflater is None else inflater.feed(chunk)
            if not going:
                return
    except HTTPError as error:
        intake.gap = f"the connection was cut after {came} bytes ({type(error).__name__})"
        return
    if inflater is not None:
        inflater.finish()
    _check_end(response, came, intake, ends_itself=inflater is not None)


def _check_end(response: Response, came: int, intake: Intake, *, ends_itself: bool) -> None:
    declared = response.headers.get("content-length")
    if intake.gap or response.status_code in WITHOUT_BODY:
        return
    if declared is not None:
        if not declared.isdecimal() or int(declared) != came:
            intake.gap = f"{came} bytes came of {declared[:20]}"
    elif "transfer-encoding" not in response.headers and not ends_itself:
        intake.gap = "the server did not say how long it is, so its end may be missing"


def _new_inflater(encoding: str, intake: Intake) -> "_Inflater | None":
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip"):
        return _Inflater(intake, zlib.MAX_WBITS | 16)
    if encoding == "deflate":
        return _Inflater(intake, zlib.MAX_WBITS)
    intake.gap = "sent in a compression that was not asked for"
    return None


class _Inflater:
    """Inflates piece by piece, so that a bomb is stopped before it has grown."""

    def __init__(self, intake: Intake, window: int) -> None:
        self._intake = intake
        self._window = window
        self._stream = zlib.decompressobj(window)
        self._read = 0

    def feed(self, chunk: bytes) -> bool:
        """Inflate a chunk; `False` when there is nothing more to read."""
        self._read += len(chunk)
        while True:
            if self._stream.eof:
                if not chunk.startswith(GZIP_MAGIC):
                    return True
                self._stream = zlib.decompressobj(self._window)
            try:
                chunk = self._inflate(chunk)
            except zlib.error:
                self._intake.gap = "its compressed form is damaged"
            if self._intake.gap:
                return False
            if not chunk:
                return True

    def _inflate(self, chunk: bytes) -> bytes:
        pending = chunk
        while piece := self._stream.decompress(pending, PIECE):
            pending = self._stream.unconsumed_tail
            if not self._intake.take(piece):
                break
            inflated = len(self._intake.data)
            if inflated > RATIO_FREE and inflated > MAX_RATIO * self._read:
                self._intake.gap = f"inflates more than {MAX_RATIO} to 1: the rest was not read"
                break
        return self._stream.unused_data

    def finish(self) -> None:
        """Notice a compressed stream that was cut."""
        if not self._stream.eof and not self._intake.gap:
            self._intake.gap = "its compressed form ends early"
