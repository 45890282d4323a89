"""Loading recipes: every fault names its file, its line and the nearest right word."""

from pathlib import Path

import pytest

from codemods.model.errors import RecipeError
from codemods.operations import OPERATIONS
from codemods.recipe.loading import find, load, load_all

GOOD = """\
id    = "close-to-shutdown"
title = "close() is now shutdown()"
why   = "Because."

[[step]]
op    = "rename-method"
class = "a.B"
from  = "close"
to    = "shutdown"

[[example]]
name   = "changes"
before = '''
[[step]]
from a import B
B().close()
'''
after = '''
[[step]]
from a import B
B().shutdown()
'''

[[example]]
name = "stays"
unchanged = "x.close()"
"""


def recipe(tmp_path: Path, text: str, name: str = "r.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def fault(tmp_path: Path, text: str) -> str:
    path = recipe(tmp_path, text)
    with pytest.raises(RecipeError) as caught:
        load(path, OPERATIONS)
    return str(caught.value).replace(str(path), "r.toml")


def test_a_good_recipe_loads(tmp_path: Path) -> None:
    loaded = load(recipe(tmp_path, GOOD), OPERATIONS).recipes[0]
    assert loaded.ref.id == "close-to-shutdown"
    assert loaded.ref.set == tmp_path.name
    assert [step.op for step in loaded.steps] == ["rename-method"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('from  = "close"', 'form  = "close"', "r.toml:8: unknown key 'form'; did you mean 'from'?"),
        ('why   = "Because."', 'whi = "Because."', "r.toml:3: unknown key 'whi'; did you mean 'why'?"),
        ('why   = "Because."\n', "", "r.toml:1: the key 'why' is missing"),
        ('name = "stays"', 'nam = "stays"', "r.toml:25: unknown key 'nam'; did you mean 'name'?"),
        ('"rename-method"', '"rename-metod"', "r.toml:6: there is no operation 'rename-metod'; did you mean"),
        ('op    = "rename-method"', "", "r.toml:5: the step has no op"),
        ('class = "a.B"', "class = 3", "r.toml:7: class: input should be a valid string or a valid list"),
        ('class = "a.B"', 'class = "a b"', "r.toml:7: class: 'a b' is no import path, such as"),
        ('class = "a.B"', 'class = ["a b"]', "r.toml:7: class: 'a b' is no import path, such as"),
        ('from  = "close"', 'from = "a b"', "r.toml:8: from: 'a b' is no name"),
        ('to    = "shutdown"', 'to = "class"', "r.toml:9: 'class' is a keyword of Python"),
        (
            'class = "a.B"',
            'class = "a.B"\nawait = 3',
            "r.toml:8: await: input should be a valid boolean or 'keep'",
        ),
        (
            'class = "a.B"',
            'class = "a.B"\nwhere.include = ["a/*"]\nwhere.exclude = ["a/*", "b"]',
            "r.toml:8: where excludes all that it includes: a/*",
        ),
        ('to    = "shutdown"', 'to = "close"', "r.toml:5: 'close' is renamed to itself"),
        ('to    = "shutdown"', "", "r.toml:5: from and to belong together"),
        ("unchanged =", "before =", "r.toml:24: an example needs either before and after, or unchanged"),
        ('id    = "close-to-shutdown"', 'id = "Close it"', "r.toml:1: id: "),
        ('title = "close() is now shutdown()"', 'title = """a\nb"""', "r.toml:2: a title is one line"),
        ('id    = "close-to-shutdown"', 'id = "a', "r.toml:1: is not valid TOML: "),
        ('why   = "Because."', 'why = "a"\nwhy = "b"', "r.toml:4: is not valid TOML: "),
    ],
)
def test_faults_are_named_with_their_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    assert fault(tmp_path, GOOD.replace(old, new)).startswith(message)


def test_a_recipe_needs_an_unchanged_example(tmp_path: Path) -> None:
    text = GOOD[: GOOD.rindex("[[example]]")]
    assert "a recipe needs an example with unchanged" in fault(tmp_path, text)


def test_a_recipe_needs_a_changing_example(tmp_path: Path) -> None:
    first, last = GOOD.index("[[example]]"), GOOD.rindex("[[example]]")
    assert "a recipe needs an example with before and after" in fault(tmp_path, GOOD[:first] + GOOD[last:])


def test_a_recipe_that_only_reports_needs_reported_lines(tmp_path: Path) -> None:
    first, last = GOOD.index("[[step]]"), GOOD.rindex("[[example]]")
    step = '[[step]]\nop = "report"\npattern = "a.B()"\nmessage = "gone"\n\n'
    assert "needs an example with reported" in fault(tmp_path, GOOD[:first] + step + GOOD[last:])


def test_all_faults_of_a_set_are_told_at_once(tmp_path: Path) -> None:
    recipe(tmp_path, GOOD.replace("why ", "whi "), "1.toml")
    recipe(tmp_path, GOOD.replace("from ", "form "), "2.toml")
    with pytest.raises(RecipeError) as caught:
        load(tmp_path, OPERATIONS)
    assert "1.toml:3" in str(caught.value)
    assert "2.toml:8" in str(caught.value)


def test_ids_are_unique_in_a_set(tmp_path: Path) -> None:
    recipe(tmp_path, GOOD, "1.toml")
    recipe(tmp_path, GOOD, "2.toml")
    with pytest.raises(
        RecipeError, match=r"2\.toml:1: the id 'close-to-shutdown' is already taken by .*1\.toml"
    ):
        load(tmp_path, OPERATIONS)


def test_file_names_give_the_order_and_set_toml_another(tmp_path: Path) -> None:
    recipe(tmp_path, GOOD.replace("close-to-shutdown", "b"), "1.toml")
    recipe(tmp_path, GOOD.replace("close-to-shutdown", "a"), "2.toml")
    assert [loaded.ref.id for loaded in load(tmp_path, OPERATIONS).recipes] == ["b", "a"]
    (tmp_path / "set.toml").write_text('order = ["a", "b"]')
    assert [loaded.ref.id for loaded in load(tmp_path, OPERATIONS).recipes] == ["a", "b"]
    (tmp_path / "set.toml").write_text('title = "x"\norder = ["a"]')
    with pytest.raises(RecipeError, match=r"set\.toml:2: order leaves out b"):
        load(tmp_path, OPERATIONS)


def test_a_folder_without_recipes_is_said(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="the folder holds no recipes"):
        load(tmp_path, OPERATIONS)
    with pytest.raises(RecipeError, match="holds recipes"):
        load_all(tmp_path, OPERATIONS)


def test_an_unknown_name_suggests_what_is_shipped() -> None:
    with pytest.raises(RecipeError, match="did you mean netra"):
        find("netre")


def test_crlf_recipes_load(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_bytes(GOOD.replace("\n", "\r\n").encode())
    assert load(path, OPERATIONS).recipes[0].recipe.example[0].before == GOOD.split("'''")[1].removeprefix(
        "\n"
    )


def test_a_set_may_say_its_commit_message(tmp_path: Path) -> None:
    recipe(tmp_path, GOOD)
    (tmp_path / "set.toml").write_text('message = """{title}\n\n{why}"""')
    assert load(tmp_path, OPERATIONS).settings.message == "{title}\n\n{why}"
    (tmp_path / "set.toml").write_text('title = "x"\nmessage = "{titel}"')
    with pytest.raises(RecipeError, match=r"set\.toml:2: the message may hold {title}, {why}"):
        load(tmp_path, OPERATIONS)


def test_everything_shipped_loads() -> None:
    from codemods.recipe.loading import shipped_root

    assert {known.name for known in load_all(shipped_root(), OPERATIONS)} >= {"netra"}
