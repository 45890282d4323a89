"""Events on the wire."""

from netra_backend.app.websocket_core.protocol import WebSocketEvent


def test_events_are_stored(with_test_database):
    with_test_database.append(WebSocketEvent(name="opened"))
    assert with_test_database == [WebSocketEvent("opened")]
