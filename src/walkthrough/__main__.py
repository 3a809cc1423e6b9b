"""The program ``walkthrough``, and ``python -m walkthrough``."""

from walkthrough.begin import begin


def main() -> None:
    """Run the command line and exit."""
    begin("walkthrough.cli")


if __name__ == "__main__":
    main()
