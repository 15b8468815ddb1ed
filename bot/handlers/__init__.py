"""One file per behaviour. Handlers speak to the world through the ports alone."""
