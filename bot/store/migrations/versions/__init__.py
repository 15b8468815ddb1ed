"""One module per step, none of which is ever changed again once released."""
