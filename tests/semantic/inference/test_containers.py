"""Containers: what their annotation says they hold, and what loops and comprehensions take from them."""

from __future__ import annotations

from tests.semantic.sites import check


def test_declared_containers() -> None:
    check(
        {
            "app/use.py": """
                from collections import defaultdict
                from collections.abc import AsyncIterator, Iterable, Mapping
                from typing import AsyncGenerator, Dict, List, Optional
                from app.redis import FileManager, RedisManager

                class H:
                    pools: list[RedisManager]
                    by_name: dict[str, RedisManager]
                    nested: dict[str, list[RedisManager]]
                    files: dict[str, FileManager]

                    def __init__(self):
                        self.more: dict[str, RedisManager] = {}
                        self.opt: dict[str, Optional[RedisManager]] = {}

                    async def f(
                        self, stream: AsyncIterator[RedisManager], files: AsyncGenerator[FileManager, None]
                    ):
                        for p in self.pools:
                            p.close()  #? yes_list
                        self.pools[0].close()  #? yes_index
                        self.pools.pop().close()  #? yes_pop
                        for p in self.by_name.values():
                            p.close()  #? yes_values
                        for k, p in self.by_name.items():
                            p.close()  #? yes_items
                        self.by_name["x"].close()  #? yes_key
                        for k, ps in self.nested.items():
                            for p in ps:
                                p.close()  #? yes_nested
                        self.more["x"].close()  #? yes_more
                        self.more.get("x").close()  #? yes_get
                        self.opt["x"].close()  #? yes_opt
                        for f in self.files.values():
                            f.close()  #? no_values
                        async for p in stream:
                            p.close()  #? yes_async_for
                        async for f in files:
                            f.close()  #? no_async_for
                        [p.close() for p in reversed(self.pools)]  #? yes_reversed
                        for p in list(self.by_name.values()):
                            p.close()  #? yes_list_of_values
                        for p in sorted(self.pools, key=str):
                            p.close()  #? yes_sorted
                        for i, (k, p) in enumerate(self.by_name.items()):
                            p.close()  #? yes_enumerated_items
                        a, *b = self.pools
                        for p in b:
                            p.close()  #? untyped_container_rest
                        p = next((x for x in self.pools if x), None)
                        p.close()  #? yes_next
                        self.more.pop("x", None).close()  #? yes_pop_default
                        self.more.setdefault("x", RedisManager()).close()  #? yes_setdefault
                        for p in self.pools[1:]:
                            p.close()  #? yes_slice
                        for p in self.pools + self.pools:
                            p.close()  #? evidence_sum
                        for p in {**self.by_name}.values():
                            p.close()  #? evidence_spread
                        for p in [*self.pools]:
                            p.close()  #? yes_star
                        for p in tuple(self.by_name[k] for k in self.by_name):
                            p.close()  #? yes_genexp
                        for p in map(lambda k: self.by_name[k], self.by_name):
                            p.close()  #? yes_map
                        for p in filter(None, self.pools):
                            p.close()  #? yes_filter
                        local: list[RedisManager] = []
                        for p in local:
                            p.close()  #? yes_local
            """,
        }
    )


def test_containers_loops_and_comprehensions() -> None:
    check(
        {
            "app/use.py": """
                from typing import Dict, List
                from app.redis import FileManager, RedisManager

                def f(declared: List[RedisManager], mapping: Dict[str, RedisManager], untyped):
                    for a in declared:
                        a.close()  #? yes_declared
                    mapping["x"].close()  #? yes_mapping
                    for key, value in mapping.items():
                        value.close()  #? yes_items
                        key.close()  #? no_key
                    for b in untyped:
                        b.close()  #? evidence_untyped
                    pool = []
                    pool.append(RedisManager())
                    for c in pool:
                        c.close()  #? evidence_appended
                    filled = [RedisManager()]
                    filled[0].close()  #? untyped_container
                    files = {"a": FileManager()}
                    files["a"].close()  #? evidence_dict
                    for d in (RedisManager(), RedisManager()):
                        d.close()  #? yes_literal
                    for e in (FileManager(), FileManager()):
                        e.close()  #? no_literal
                    [g.close() for g in declared]  #? yes_comprehension
                    for i, h in enumerate(declared):
                        h.close()  #? yes_enumerate
                    next(iter(declared)).close()  #? yes_next
                    max(declared).close()  #? evidence_max
                    mapping.get("x").close()  #? yes_get
            """
        }
    )


def test_comprehensions_and_loops_over_something_else() -> None:
    check(
        {
            "app/use.py": """
                from app.redis import FileManager, RedisManager

                async def f(files: list[FileManager], redis: set[RedisManager], stream):
                    [a.close() for a in files]  #? no_list
                    {b.close() for b in redis}  #? yes_set
                    {k: c.close() for k, c in enumerate(files)}  #? no_dict
                    any(d.close() for d in redis)  #? yes_generator
                    made = [FileManager() for _ in "ab"]
                    made[0].close()  #? evidence_made
                    pools = [RedisManager() for _ in "ab"]
                    for e in pools:
                        e.close()  #? untyped_container
                    for g, h in zip(files, redis):
                        g.close()  #? no_zip
                        h.close()  #? yes_zip
                    [i.close() for row in [redis] for i in row]  #? yes_nested
                    [x.close() async for x in stream]  #? evidence_stream
                    x = FileManager()
                    [x for x in redis]
                    x.close()  #? no_comprehension_has_a_scope_of_its_own
            """
        }
    )
