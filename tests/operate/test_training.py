"""When the bot is trained, and when it is not. A little program stands in for Rasa."""

from __future__ import annotations

import io
import shutil
import threading
from pathlib import Path

import pytest

from tests.structure.sources import ROOT
from web.operate import training
from web.operate.places import DataDirectory
from web.operate.problems import OperatorError
from web.operate.progress import Progress

PRETENDS_TO_TRAIN = """#!/bin/sh
# called as: -m rasa train … --out DIRECTORY …
echo "$$" >> "$(dirname "$0")/calls"
while [ "$1" != --out ]; do shift; done
mkdir -p "$2" && echo model > "$2/bot.tar.gz"
"""
FAILS = "#!/bin/sh\necho 'InvalidDomain: bot/domain/report.yml, line 3' >&2\nexit 1\n"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataDirectory:
    monkeypatch.delenv("NIETPLUIS_MODELS", raising=False)
    directory = DataDirectory(tmp_path / "data")
    directory.prepare()
    return directory


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a bot to learn from."""
    root = tmp_path / "checkout"
    for name in ("bot/domain/report.yml", "bot/data/nlu/nl/report.yml", "bot/config.yml"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return root


def program(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "python"
    path.write_text(text)
    path.chmod(0o755)
    return path


def quiet() -> Progress:
    return Progress(io.StringIO())


def test_a_relative_data_directory_is_the_same_place_from_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NIETPLUIS_MODELS", "models")
    directory = DataDirectory(Path("var"))
    assert directory.run == tmp_path / "var" / "run"
    assert directory.models == tmp_path / "models"


def test_the_fingerprint_changes_with_what_is_learned_from(checkout: Path) -> None:
    before = training.fingerprint(checkout)
    (checkout / "bot/data/nlu/nl/report.yml").write_text("one more example")
    changed = training.fingerprint(checkout)
    (checkout / "bot/components").mkdir()
    (checkout / "bot/components/language.py").write_text("code")
    assert len({before, changed, training.fingerprint(checkout)}) == 3


def test_the_fingerprint_knows_a_moved_file(checkout: Path) -> None:
    before = training.fingerprint(checkout)
    shutil.move(checkout / "bot/domain/report.yml", checkout / "bot/domain/other.yml")
    assert training.fingerprint(checkout) != before


def test_nothing_else_makes_a_model_stale(checkout: Path) -> None:
    before = training.fingerprint(checkout)
    (checkout / "bot/evaluate.py").write_text("measures, teaches nothing")
    (checkout / "bot/serve.py").write_text("starts what has learned")
    (checkout / "web").mkdir()
    (checkout / "web/app.py").write_text("pages")
    assert training.fingerprint(checkout) == before


def test_the_fingerprint_of_this_checkout_covers_every_example() -> None:
    inputs = {path.relative_to(ROOT).as_posix() for path in training._inputs(ROOT)}
    examples = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("bot/data/**/*.yml")}
    assert examples and examples <= inputs
    assert "escalation/signal.py" in inputs


def test_a_model_is_trained_once_and_then_found(data: DataDirectory, tmp_path: Path) -> None:
    python = program(tmp_path, PRETENDS_TO_TRAIN)
    first = training.train_if_stale(data, python, quiet())
    second = training.train_if_stale(data, python, quiet())
    assert first == second == training.model_path(data)
    assert first.read_text() == "model\n"
    assert len((tmp_path / "calls").read_text().split()) == 1


def test_a_relative_data_directory_means_the_same_place_to_the_bot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NIETPLUIS_MODELS", raising=False)
    data = DataDirectory(Path("var"))
    data.prepare()
    model = training.train_if_stale(data, program(tmp_path, PRETENDS_TO_TRAIN), quiet())
    assert model.is_relative_to(tmp_path / "var" / "models")
    assert model.exists()


def test_two_that_ask_at_once_train_once(data: DataDirectory, tmp_path: Path) -> None:
    python = program(tmp_path, PRETENDS_TO_TRAIN)
    threads = [
        threading.Thread(target=training.train_if_stale, args=(data, python, quiet()))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len((tmp_path / "calls").read_text().split()) == 1


def test_a_training_that_fails_says_why_and_leaves_nothing(
    data: DataDirectory, tmp_path: Path
) -> None:
    with pytest.raises(OperatorError, match="line 3"):
        training.train_if_stale(data, program(tmp_path, FAILS), quiet())
    assert not training.model_path(data).exists()
    assert list(data.run.glob("training-*")) == []


def test_only_the_newest_models_are_kept(data: DataDirectory, tmp_path: Path) -> None:
    for number in range(5):
        (data.models / f"{number}.tar.gz").write_text("old")
    newest = training.train_if_stale(data, program(tmp_path, PRETENDS_TO_TRAIN), quiet())
    kept = list(data.models.glob("*.tar.gz"))
    assert newest in kept
    assert len(kept) == training.MODELS_KEPT


def test_progress_in_a_file_is_a_line_now_and_then() -> None:
    stream = io.StringIO()
    progress = Progress(stream)
    for seconds in range(100):
        progress.show(f"training … {seconds} s")
    progress.done("bot trained")
    assert stream.getvalue().splitlines() == ["training … 0 s", "bot trained"]
