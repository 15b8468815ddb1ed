"""The `retriage` command."""


def main() -> None:
    """Run the command."""
