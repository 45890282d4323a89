"""What is sent to browsers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WebSocketMessage:
    kind: str
    text: str
