"""What may be typed after `python3 run.py`."""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from demo import environment
from demo.console import Trouble, say, sentence_for

HELP = """\
あきる野市図書館 利用者ポータル

  python3 run.py demo [--port 番号] [--fresh] [--catalogue ファイル]
      図書館をまるごとこのコンピューターで動かします。Ctrl-C で止まります。

      --port 番号          使うポート。指定しなければ 8000 か、その次に空いている番号
      --fresh              これまでのデータを消して、はじめから始めます
      --catalogue ファイル  見本の目録の代わりに、この目録を読み込みます(形式は自動で判別)

      データは .demo/<ポート>/ に残り、次に同じポートで始めると続きから動きます。
      ポートごとに別の図書館なので、ポートを変えれば並べて動かせます。
      読み込んだ目録は覚えています。別の目録を指定すると、はじめから作り直します。
      環境変数 DATABASE_URL、REDIS_URL があれば、組み込みのサーバーの代わりに使います
      (そのデータベースの中身は --fresh でも消しません)。

  python3 run.py test [pytest の引数 …]
      すべての検査とテストを行います。引数があれば pytest だけを、その引数で動かします。
      --quick を付けると、書きながら動かすための早いテストだけを行います。

  python3 run.py check
      テストのほかの検査(書きかた、型、マイグレーションなど)だけを行います。

  python3 run.py manage [--port 番号] 命令 …
      manage.py の命令(shell、dbshell、makemigrations、migrate など)を行います。見本の図書館が
      動いているか残っていればその図書館で、なければ終わると消える空の図書館で。

  python3 run.py withstand [項目 …] [--write]
      人の波、故障、時計の狂いなどに耐えるかを、長い時間をかけて試し、値を表にします
      (docs/withstanding.md)。1時間ほどかかります。

  python3 run.py mutate [項目 …] [--write]
      規則を一つずつわざと書き違えて、テストが気づくかを確かめます(docs/withstanding.md)。
      静かな2コアで1時間かかりません。
"""

MODULES = {"withstand": "tests.withstand", "mutate": "tests.mutation"}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Trouble(f"指定がわかりません: {message}\n\n{HELP}")


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the words of the command line. Raises Trouble when they make no sense."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        return argparse.Namespace(command="help")
    if arguments[0] == "test":
        return argparse.Namespace(command="test", pytest_arguments=arguments[1:])
    if arguments[0] == "manage":
        return _parse_manage(arguments[1:])
    if arguments[0] in MODULES:
        return argparse.Namespace(command=arguments[0], words=arguments[1:])
    parser = _Parser(add_help=False)
    parser.add_argument("command", choices=["demo", "check"])
    parser.add_argument("--port", type=int)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--catalogue", type=Path)
    parser.add_argument("-h", "--help", action="store_true")
    options = parser.parse_args(arguments)
    if options.help:
        options.command = "help"
    if options.port is not None and not 1 <= options.port <= 65535:
        raise Trouble("ポートは 1 から 65535 までの番号で指定してください。")
    if options.catalogue is not None and not options.catalogue.is_file():
        raise Trouble(f"目録のファイルが見つかりません: {options.catalogue}")
    return options


def _parse_manage(words: list[str]) -> argparse.Namespace:
    """A port may stand before the command; what follows is the command's own."""
    port = None
    if words[:1] == ["--port"]:
        if len(words) < 2 or not words[1].isdigit():
            raise Trouble("--port のあとに、見本の図書館のポートの番号を書いてください。")
        port, words = int(words[1]), words[2:]
    return argparse.Namespace(command="manage", port=port, words=words)


def main(arguments: list[str]) -> int:
    """Run one command to its end and give the exit status."""
    stop_like_ctrl_c()
    try:
        return _obey(arguments)
    except Trouble as trouble:
        sentence = str(trouble)
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        known = sentence_for(error)
        if known is None:
            raise
        sentence = known
    print(sentence, file=sys.stderr)
    return 1


def _obey(arguments: list[str]) -> int:
    if os.name != "posix":
        raise Trouble("Linux か macOS で動きます。Windows では WSL の中でお試しください。")
    options = parse(arguments)
    if options.command == "help":
        say(HELP)
        return 0
    environment.prepare("demo" if options.command in ("demo", "manage") else "test")
    environment.enter([str(environment.ROOT / "run.py"), *arguments])
    # Only the prepared environment has what these modules need.
    if options.command == "test":
        from demo import checks

        return checks.run(options.pytest_arguments)
    if options.command == "check":
        from demo import checks

        return checks.run_checks()
    if options.command == "manage":
        from demo import managing

        return managing.manage(options.port, options.words)
    if options.command in MODULES:
        return subprocess.run(
            [sys.executable, "-m", MODULES[options.command], *options.words],
            cwd=environment.ROOT,
            stdin=subprocess.DEVNULL,
            check=False,
        ).returncode
    from demo import opening

    return opening.open_library(options.port, fresh=options.fresh, catalogue=options.catalogue)


def stop_like_ctrl_c() -> None:
    """Let a closed terminal and a polite kill end the command as Ctrl-C does."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup stays in force
            signal.signal(number, interrupt)
