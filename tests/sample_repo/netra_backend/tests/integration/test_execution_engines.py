"""One engine per user and run."""

import asyncio

import pytest

from netra_backend.app.agents.supervisor import execution_engine_factory as factories
from netra_backend.app.agents.supervisor.execution_engine_factory import get_execution_engine_factory
from netra_backend.app.core.engine_blueprint import EngineBlueprint
from netra_backend.app.services.user_execution_context import UserExecutionContext


@pytest.mark.asyncio
async def test_engine_answers_for_its_run(factory):
    context = UserExecutionContext(user_id="ada", run_id="run-1")
    engine = await factory.create_execution_engine(context)
    result = await engine.execute("triage", "sort the mail")
    assert result == {"run_id": "run-1", "answer": "test: [triage] sort the mail"}


@pytest.mark.asyncio
async def test_users_get_engines_of_their_own(factory):
    contexts = [UserExecutionContext(user_id=name, run_id=f"run-{name}") for name in ("ada", "bob")]
    ada, bob = await asyncio.gather(*(factory.create_execution_engine(context) for context in contexts))
    assert ada is not bob
    assert factory.active_runs == ["run-ada", "run-bob"]


@pytest.mark.asyncio
async def test_factory_on_demand(llm_manager):
    factory = await get_execution_engine_factory(llm_manager)
    context = UserExecutionContext(user_id="ada", run_id="run-2")
    engine = await factory.create_execution_engine(
        context,  # the only argument
    )
    assert engine.context is context


@pytest.mark.asyncio
async def test_factory_in_a_hurry(llm_manager):
    factory = get_execution_engine_factory(llm_manager)
    engine = await factory.create_execution_engine(UserExecutionContext(user_id="ada", run_id="run-3"))
    assert engine.context.run_id == "run-3"


@pytest.mark.asyncio
async def test_factory_under_another_name(llm_manager):
    runs = factories.get_execution_engine_factory(llm_manager).active_runs
    assert runs == []


def test_factory_outside_a_loop():
    factory = asyncio.run(get_execution_engine_factory())
    assert factory.active_runs == []


@pytest.mark.asyncio
async def test_factories_side_by_side(llm_manager):
    first, second = await asyncio.gather(
        get_execution_engine_factory(llm_manager), get_execution_engine_factory(llm_manager)
    )
    task = asyncio.create_task(get_execution_engine_factory(llm_manager))
    pending = get_execution_engine_factory(llm_manager)
    assert len({id(first), id(second), id(await task), id(await pending)}) == 4


def test_blueprint_previews_an_engine():
    factory = EngineBlueprint(["triage"])
    assert factory.create_execution_engine("small") == {"name": "small", "agents": ["triage"], "preview": True}
