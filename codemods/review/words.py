"""Small words that the session, the app and the prompt share."""


def counted(number: int, noun: str) -> str:
    """``1 change``, ``2,000 changes``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
