"""Try to break ``codemods apply`` and count what was lost. See scripts/faults."""

from __future__ import annotations

import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = [sys.executable, "-c", "from codemods.cli.main import main; main()"]
BRANCH = "codemods/faults"

RECIPE = """\
id    = "{id}"
title = "Pool.{old}() is now {new}()"
why   = "Pool has no {old}()."

[[step]]
op    = "rename-method"
class = "app.pool.Pool"
from  = "{old}"
to    = "{new}"

[[example]]
name   = "changes"
before = "from app.pool import Pool\\nPool().{old}()\\n"
after  = "from app.pool import Pool\\nPool().{new}()\\n"

[[example]]
name      = "stays"
unchanged = "open('x').{old}()\\n"
"""


class LostError(Exception):
    """Something that must not be lost was."""


class Lab:
    """A repository to be broken, with a dirty working tree, and what must stay of it."""

    def __init__(self, folder: Path, files: int = 150) -> None:
        self.folder = folder
        self.files = files
        self.repository = folder / "repository"
        self.recipes = folder / "recipes"
        self._write_recipes()
        self._make_repository()
        self.refs = self.git("for-each-ref")
        self.state = self._state()
        done = self.apply()
        if done.returncode:
            raise SystemExit(f"faults: the plain run fails already:\n{done.stderr}")
        self.tree = self.git("rev-parse", f"{BRANCH}^{{tree}}")
        self.forget()

    def git(self, *args: str) -> str:
        return subprocess.run(
            ["git", *args], cwd=self.repository, check=True, capture_output=True, text=True
        ).stdout.strip()

    def start(self, *more: str, branch: str = BRANCH, **extra: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*PROGRAM, "apply", str(self.recipes), "--repo", str(self.repository), "--branch", branch, *more],
            env=os.environ | {"PYTHONPATH": str(ROOT)} | extra,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def apply(self, *more: str, branch: str = BRANCH, **extra: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*more, branch=branch, **extra)
        out, err = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def check(self) -> bool:
        """Nothing is lost; whether the branch is there, which it only is when it is whole."""
        if self._state() != self.state:
            raise LostError("the working tree, the index or HEAD changed")
        others = [line for line in self.git("for-each-ref").split("\n") if "codemods" not in line]
        if others != self.refs.split("\n"):
            raise LostError("a reference of somebody else changed")
        fsck = subprocess.run(
            ["git", "fsck", "--strict", "--no-dangling"],
            cwd=self.repository,
            capture_output=True,
            text=True,
            check=False,
        )
        if fsck.returncode:
            raise LostError(f"git fsck: {fsck.stderr}")
        found = self.git("for-each-ref", "--format=%(tree)", f"refs/heads/{BRANCH}")
        if found and found != self.tree:
            raise LostError("the branch is there but not whole")
        return bool(found)

    def check_next_run(self) -> None:
        """Whatever was left behind, the next run succeeds."""
        done = self.apply("--force")
        if done.returncode or not self.check():
            raise LostError(f"the next run fails: {done.stderr}")
        if locks := self.locks():
            raise LostError(f"locks were left: {locks}")
        self.forget()

    def measure(self) -> tuple[float, float]:
        """How long a run takes until it writes its first object, and from there to its end."""
        self.git("prune", "--expire=now")
        empty, started = self.object_count(), time.monotonic()
        process = self.start()
        self.wait_for_objects(process, empty)
        first = time.monotonic()
        process.communicate()
        ended = time.monotonic()
        self.forget()
        return first - started, ended - first

    def wait_for_objects(self, process: subprocess.Popen[str], empty: int) -> None:
        while process.poll() is None and self.object_count() == empty:
            time.sleep(0.002)

    def object_count(self) -> int:
        return sum(1 for path in (self.repository / ".git/objects").rglob("*") if path.is_file())

    def forget(self) -> None:
        ours = ("refs/heads/codemods", "refs/notes/codemods")
        for ref in self.git("for-each-ref", "--format=%(refname)", *ours).split():
            self.git("update-ref", "-d", ref)

    def _state(self) -> object:
        files = {
            path: path.read_bytes()
            for path in self.repository.rglob("*")
            if ".git" not in path.parts and path.is_file()
        }
        git = self.repository / ".git"
        return files, (git / "index").read_bytes(), (git / "HEAD").read_bytes()

    def locks(self) -> list[Path]:
        return list((self.repository / ".git").rglob("*.lock"))

    def _write_recipes(self) -> None:
        self.recipes.mkdir()
        for number, (old, new) in enumerate([("close", "drain"), ("load", "fill"), ("test", "probe")]):
            text = RECIPE.format(id=f"pool-{new}", old=old, new=new)
            (self.recipes / f"{number}-{new}.toml").write_text(text)

    def _make_repository(self) -> None:
        app = self.repository / "app"
        app.mkdir(parents=True)
        (app / "__init__.py").touch()
        methods = "".join(f"    def {name}(self): ...\n" for name in ("drain", "fill", "probe"))
        (app / "pool.py").write_text(f"class Pool:\n{methods}")
        for number in range(self.files):
            calls = "pool.close()\npool.load()\npool.test()\n"
            (app / f"use{number}.py").write_text(f"from app.pool import Pool\n\npool = Pool()\n{calls}")
        self.git("init", "-q", "-b", "main")
        for name, value in {"user.name": "A Tester", "user.email": "t@example.com", "gc.auto": "0"}.items():
            self.git("config", name, value)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "base")
        (app / "use0.py").write_text("dirty\n")
        (app / "new.py").write_text("staged\n")
        self.git("add", "app/new.py")


def kill_runs(lab: Lab, runs: int) -> str:
    """SIGKILL at random moments, to the program alone and to all that it started."""
    planning, writing = lab.measure()
    ends: Counter[str] = Counter()
    for number in range(runs):
        lab.git("prune", "--expire=now")  # so that each run writes all its objects
        empty = lab.object_count()
        process = lab.start("--force")
        if number % 4 == 0:
            time.sleep(random.uniform(0, planning))
        else:
            lab.wait_for_objects(process, empty)
            time.sleep(random.uniform(0, writing))
        if number % 2:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        time.sleep(0.05)  # what it started may still be ending
        whole = lab.check()
        if process.returncode == 0:
            ends["were done before"] += 1
        elif whole:
            ends["left the whole branch"] += 1
        elif lab.object_count() > empty:
            ends["left objects but no branch"] += 1
        else:
            ends["left nothing"] += 1
        if lab.locks() or number % 10 == 9:
            lab.check_next_run()
        else:
            lab.forget()
    return f"{runs} times SIGKILL: " + ", ".join(f"{count} {what}" for what, count in sorted(ends.items()))


def kill_writes(lab: Lab, runs: int = 20) -> str:
    """`run --write` killed half-way: each file is whole, old or new, and Ctrl-C leaves nothing else."""
    app = lab.repository / "app"
    old = {path: path.read_bytes() for path in app.iterdir()}
    words = [*PROGRAM, "run", str(lab.recipes), "--repo", str(lab.repository), "--write"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(words, env=environment, check=True, capture_output=True)
    new = {path: path.read_bytes() for path in app.iterdir()}
    halves = 0
    for number in range(runs):
        _restore(app, old)
        process = subprocess.Popen(
            words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        watched = random.choice(sorted(path for path in old if old[path] != new[path]))
        while process.poll() is None and watched.read_bytes() == old[watched]:
            pass
        process.send_signal(signal.SIGKILL if number % 2 else signal.SIGINT)
        process.wait()
        now = {path: path.read_bytes() for path in app.iterdir()}
        if any(data not in (old.get(path), new.get(path)) for path, data in now.items() if path in old):
            raise LostError("a file was half-written")
        if number % 2 == 0 and now.keys() != old.keys():
            raise LostError(f"Ctrl-C left {now.keys() - old.keys()}")
        halves += now not in (old, new)
    _restore(app, old)
    return f"{runs} times --write was ended, {halves} of them half-way: every file whole"


def _restore(app: Path, contents: dict[Path, bytes]) -> None:
    for path in app.iterdir():
        if path not in contents:
            path.unlink()
    for path, data in contents.items():
        path.write_bytes(data)


def full_disk(lab: Lab) -> str:
    """A small file system for the objects, then one for temporary files."""
    tried = 0
    for target in ("objects", "temporary"):
        for size in (16, 64, 128, 256, 400):
            with mounted(lab, target, f"size={size}k") as temporary:
                done = lab.apply(TMPDIR=str(temporary))
                if done.returncode:
                    one_sentence(done.stderr)
                    if lab.git("for-each-ref", f"refs/heads/{BRANCH}"):
                        raise LostError("a branch appeared although the disk was full")
                    tried += 1
                else:
                    lab.forget()
        lab.check_next_run()
    return f"{tried} runs on a full disk: each one sentence, no branch"


def read_only(lab: Lab) -> str:
    with mounted(lab, "objects", "size=9m", read_only=True) as temporary:
        done = lab.apply(TMPDIR=str(temporary))
        if not done.returncode:
            raise LostError("a run succeeded on a read-only objects folder")
        one_sentence(done.stderr)
    lab.check_next_run()
    return "read-only objects: one sentence, no branch"


def held_locks(lab: Lab) -> str:
    """An index.lock of somebody else is none of our business; a lock of the branch is."""
    lock = lab.repository / ".git/index.lock"
    lock.touch()
    done = lab.apply()
    lock.unlink()
    if done.returncode or not lab.check():
        raise LostError(f"index.lock was in the way: {done.stderr}")
    lab.forget()
    lock = lab.repository / f".git/refs/heads/{BRANCH}.lock"
    lock.parent.mkdir(exist_ok=True, parents=True)
    lock.touch()
    done = lab.apply()
    lock.unlink()
    if not done.returncode or lab.check():
        raise LostError("the branch's lock was not respected")
    one_sentence(done.stderr)
    lab.check_next_run()
    return "index.lock held: no matter; the branch's lock held: one sentence, no branch"


def moved_meanwhile(lab: Lab) -> str:
    gate = f'{sys.executable} -c "import time; time.sleep(0.5)"'
    process = lab.start("--verify-final", gate)
    deadline = time.monotonic() + 60
    while lab.git("worktree", "list").count("\n") == 0:
        if time.monotonic() > deadline:
            raise LostError("no gate ran")
        time.sleep(0.01)
    lab.git("branch", BRANCH, "main")
    _, err = process.communicate()
    if not process.returncode or lab.git("rev-parse", BRANCH) != lab.git("rev-parse", "main"):
        raise LostError("somebody else's branch was moved")
    one_sentence(err.split("\n")[-2])
    lab.forget()
    lab.check()
    lab.check_next_run()
    return "branch made by somebody else meanwhile: left to them"


def failing_hooks(lab: Lab) -> str:
    hooks = lab.repository / ".git/hooks"
    names = ("pre-commit", "commit-msg", "post-commit", "post-checkout", "post-index-change")
    for name in names:
        (hooks / name).write_text("#!/bin/sh\nexit 1\n")
        (hooks / name).chmod(0o755)
    done = lab.apply("--verify", "true")
    if done.returncode or not lab.check():
        raise LostError(f"a hook that is not ours to run was in the way: {done.stderr}")
    lab.forget()
    (hooks / "reference-transaction").write_text("#!/bin/sh\n[ $1 != prepared ]\n")
    (hooks / "reference-transaction").chmod(0o755)
    done = lab.apply()
    if not done.returncode or lab.git("for-each-ref", f"refs/heads/{BRANCH}"):
        raise LostError("a hook that forbids the branch was not respected")
    one_sentence(done.stderr)
    for name in (*names, "reference-transaction"):
        (hooks / name).unlink()
    lab.check_next_run()
    return "failing hooks: those of commits do not run, the one that forbids references is heard"


def two_at_once(lab: Lab, rounds: int = 10) -> str:
    for _ in range(rounds):
        both = [lab.start(), lab.start()]
        codes = sorted(process.wait() for process in both)
        errors = [process.communicate()[1] for process in both]
        if codes != [0, 2] or not lab.check():
            raise LostError(f"two runs for one branch ended with {codes}: {errors}")
        lab.forget()
        other = f"{BRANCH}-2"
        both = [lab.start(), lab.start(branch=other)]
        results = [(process.communicate(), process.returncode) for process in both]
        if any(code for _, code in results) or not lab.check():
            raise LostError(f"two runs for two branches ended with {results}")
        if lab.git("rev-parse", f"{other}^{{tree}}") != lab.tree:
            raise LostError("the second branch is not whole")
        lab.forget()
    return f"{2 * rounds} pairs at once: one branch goes to one of them, two branches to both"


def hostile_environment(lab: Lab) -> str:
    nowhere = str(lab.folder / "nowhere")
    names = (
        "DIR",
        "WORK_TREE",
        "INDEX_FILE",
        "OBJECT_DIRECTORY",
        "COMMON_DIR",
        "NAMESPACE",
        "CONFIG",
        "ALTERNATE_OBJECT_DIRECTORIES",
        "PREFIX",
        "SHALLOW_FILE",
        "QUARANTINE_PATH",
        "REPLACE_REF_BASE",
    )
    hostile = {f"GIT_{name}": nowhere for name in names}
    switches = ("LITERAL_PATHSPECS", "NOGLOB_PATHSPECS", "ICASE_PATHSPECS", "TRACE", "NO_REPLACE_OBJECTS")
    hostile |= {f"GIT_{name}": "1" for name in switches}
    done = lab.apply("--verify", "git status", **hostile)
    if done.returncode or not lab.check():
        raise LostError(f"{len(hostile)} GIT_ variables were in the way: {done.stderr}")
    lab.forget()
    return f"{len(hostile)} hostile GIT_ variables: no matter"


def inside_a_hook(lab: Lab) -> str:
    hook = lab.repository / ".git/hooks/pre-commit"
    words = [*PROGRAM, "apply", str(lab.recipes), "--branch", BRANCH]
    hook.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec {shlex.join(words)}\n')
    hook.chmod(0o755)
    done = subprocess.run(
        ["git", "hook", "run", "pre-commit"],
        cwd=lab.repository / "app",
        env=os.environ | {"GIT_DIR": str(lab.repository / ".git"), "GIT_INDEX_FILE": "index.next"},
        capture_output=True,
        text=True,
        check=False,
    )
    hook.unlink()
    if done.returncode or not lab.check():
        raise LostError(f"inside a hook: {done.stdout}{done.stderr}")
    lab.forget()
    return "inside a hook: no matter"


@contextmanager
def mounted(lab: Lab, target: str, options: str, *, read_only: bool = False) -> Iterator[Path]:
    """Another file system in the place of the objects (with what they hold) or for temporary files."""
    place = lab.repository / ".git/objects" if target == "objects" else lab.folder / "temporary"
    aside = lab.folder / "aside"
    place.mkdir(exist_ok=True)
    shutil.copytree(place, aside, dirs_exist_ok=True)
    size = sum(path.stat().st_size // 4096 + 1 for path in aside.rglob("*")) * 4
    grown = options if read_only else f"size={size + int(options.removeprefix('size=').removesuffix('k'))}k"
    subprocess.run(["mount", "-t", "tmpfs", "-o", grown, "none", str(place)], check=True, capture_output=True)
    try:
        shutil.copytree(aside, place, dirs_exist_ok=True)
        if read_only:
            subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True, capture_output=True)
        yield place if target == "temporary" else Path(tempfile.gettempdir())
    finally:
        subprocess.run(["umount", str(place)], check=True)
        shutil.rmtree(aside)


def one_sentence(error: str) -> None:
    lines = error.strip().split("\n")
    if (
        len(lines) != 1
        or not lines[0].startswith("codemods: ")
        or "Traceback" in error
        or "fault of" in error
    ):
        raise LostError(f"no single sentence: {error}")


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    tries: list[Callable[[Lab], str]] = [
        lambda lab: kill_runs(lab, runs),
        two_at_once,
        kill_writes,
        held_locks,
        moved_meanwhile,
        failing_hooks,
        hostile_environment,
        inside_a_hook,
        full_disk,
        read_only,
    ]
    lost = 0
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        lab = Lab(Path(folder).resolve())
        for attempt in tries:
            try:
                print(attempt(lab), flush=True)
            except LostError as error:
                lost += 1
                print(f"LOST: {error}", flush=True)
                lab.forget()
            except subprocess.CalledProcessError as error:
                if error.cmd[0] != "mount":
                    raise
                print("skipped: only root may mount the file systems this needs", flush=True)
    print(f"{lost} things lost" if lost else "nothing was lost")
    return bool(lost)


if __name__ == "__main__":
    sys.exit(main())
