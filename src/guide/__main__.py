"""``python -m guide`` is ``guide``."""

from guide.cli import main

main()
