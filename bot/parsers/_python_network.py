"""Words of a network or a disk that failed while Python's package managers fetched something."""

import re

_NETWORK = re.compile(
    r"NewConnectionError|ConnectTimeoutError|ReadTimeout|ProtocolError|RemoteDisconnected|ConnectionReset"
    r"|Max retries exceeded|Could not resolve host|[Nn]ame or service not known|[Cc]onnection"
    r" (?:refused|reset|timed out)"
    r"|Temporary failure in name resolution|dns error|error sending request|tcp connect error"
    r"|SSLError|SSLCertVerification"
    r"|CERTIFICATE_VERIFY_FAILED|TLS handshake|operation timed out|[Rr]ead timed out|IncompleteRead"
    r"|HTTP status (?:client|server) error \((?:429|5\d\d)|HTTP error (?:429|5\d\d)|(?:502"
    r"|503|504) Server Error"
    r"|All attempts to connect to |unable to access '|The requested URL returned error: 5\d\d"
)
_DISK = re.compile(r"No space left on device|\[Errno 28\]")


def is_network(text: str) -> bool:
    """Whether a line blames the network, a server that was down, or a full disk."""
    return _NETWORK.search(text) is not None or _DISK.search(text) is not None
