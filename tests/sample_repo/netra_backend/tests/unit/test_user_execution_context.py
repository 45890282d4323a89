"""The context of a run."""

import dataclasses

import pytest

from netra_backend.app.services import user_execution_context as contexts
from netra_backend.app.services.user_execution_context import UserExecutionContext


def test_correlation_id_names_user_thread_and_run():
    context = UserExecutionContext(user_id="ada", thread_id="t1", session_id="run-7")
    assert context.correlation_id == "ada/t1/run-7"


def test_context_is_frozen():
    context = contexts.UserExecutionContext(
        user_id="ada",
        session_id="run-" + "8",  # the value stays as it is
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        context.user_id = "bob"


@pytest.mark.parametrize("user_id", ["", None])
def test_context_needs_a_user(user_id):
    with pytest.raises(ValueError, match="user_id"):
        UserExecutionContext(user_id=user_id, session_id="run-9")


def test_a_run_has_one_name_only():
    with pytest.raises(TypeError):
        UserExecutionContext(user_id="ada", run_id="run-10", session_id="s-1")


def test_context_from_a_request():
    request = {"user_id": "ada", "run_id": "run-11"}
    assert UserExecutionContext(**request).thread_id == "main"
