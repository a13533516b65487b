import ast
import errno
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import run
from demo import command_line, opening, ports
from demo.console import DISK_IS_FULL, Trouble, sentence_for, sentence_for_log
from demo.environment import ROOT


def test_an_old_python_is_told_what_is_needed() -> None:
    with pytest.raises(SystemExit) as ended:
        run.refuse_old_python((3, 9))
    assert "Python 3.11 以上が必要です。この Python は 3.9 です。" in str(ended.value)
    assert "Python 3.11 or newer is needed" in str(ended.value)


def test_an_old_python_can_read_the_file_that_refuses_it() -> None:
    ast.parse((ROOT / "run.py").read_text(), feature_version=(3, 4))


def test_help_names_the_commands_and_installs_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-S", str(ROOT / "run.py"), "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    )
    for command in ("demo", "test", "check", "manage"):
        assert f"run.py {command}" in done.stdout


def test_whatever_follows_test_is_for_pytest() -> None:
    options = command_line.parse(["test", "-k", "loan", "--port"])
    assert options.pytest_arguments == ["-k", "loan", "--port"]


def test_a_port_before_the_command_chooses_the_library_and_the_rest_is_the_command() -> None:
    options = command_line.parse(["manage", "--port", "8010", "migrate", "loans", "--plan"])
    assert (options.port, options.words) == (8010, ["migrate", "loans", "--plan"])
    options = command_line.parse(["manage", "runserver", "--port", "1"])
    assert (options.port, options.words) == (None, ["runserver", "--port", "1"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["manage", "--port", "shell"], "ポートの番号を書いてください"),
        (["demo", "--catalogue", "nowhere.csv"], "目録のファイルが見つかりません: nowhere.csv"),
        (["demo", "--port", "70000"], "1 から 65535 まで"),
        (["demo", "--prot", "8000"], "指定がわかりません"),
        (["dmeo"], "指定がわかりません"),
    ],
)
def test_a_slip_of_the_command_line_is_answered_with_a_sentence(
    words: list[str], sentence: str
) -> None:
    with pytest.raises(Trouble, match=sentence):
        command_line.parse(words)


def test_a_taken_port_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "DEMOS", tmp_path)
    with socket.create_server((ports.LOOPBACK, 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Trouble, match=f"ポート {port} はほかのプログラムが使っています"):
            opening.claim(port)


def test_two_demos_of_one_checkout_keep_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "DEMOS", tmp_path)
    first, first_port = opening.claim(None)
    second, second_port = opening.claim(None)
    assert first.path != second.path
    assert first_port != second_port
    with pytest.raises(Trouble, match="もう動いています"):
        opening.claim(first_port)
    first.unlock()
    assert opening.claim(first_port)[0].path == first.path


def test_a_full_disk_is_told_wherever_it_is_met() -> None:
    assert sentence_for(OSError(errno.ENOSPC, "No space left on device")) == DISK_IS_FULL
    assert sentence_for_log("準備", "initdb: error: No space left on device") == DISK_IS_FULL


def test_a_closed_file_is_named() -> None:
    sentence = sentence_for(PermissionError(errno.EACCES, "Permission denied", ".demo/8000"))
    assert sentence is not None
    assert sentence.startswith(".demo/8000 を使う権限がありません")


def test_a_polite_kill_ends_like_ctrl_c() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGHUP)
    try:
        command_line.stop_like_ctrl_c()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGHUP, before[1])
