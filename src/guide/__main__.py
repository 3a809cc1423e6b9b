"""The program ``guide``, and ``python -m guide``."""

from walkthrough.begin import begin


def main() -> None:
    """Run the command line and exit."""
    begin("guide.cli")


if __name__ == "__main__":
    main()
