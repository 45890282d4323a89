"""The program's door, also by ``python -m codemods``: it can be interrupted before all is imported."""

import sys


def main() -> None:
    """Import the program and run it."""
    try:
        from codemods.cli.main import main as program
    except KeyboardInterrupt:
        sys.stderr.write("codemods: interrupted; nothing had begun\n")
        sys.exit(130)
    program()


if __name__ == "__main__":  # helper processes import this module too
    main()
