"""`python3 run.py demo`: prepare the library step by step, open it, keep it open."""

import os
from pathlib import Path

from demo import ports
from demo.console import Trouble, say, step
from demo.data_folder import DEMOS, DataFolder, name_of
from demo.edits import Edits
from demo.portal import Portal
from demo.postgres import Postgres
from demo.supervisor import Supervisor
from demo.valkey import Valkey

FIRST_PORT = 8000
PORTS_TO_TRY = 100

WELCOME = """
あきる野市図書館が開きました。

  ホームページ    {address}/
  利用者         カード番号 10000001(秋川 花子)、10000008(雨間 悟)など
                パスワードはどれも akiruno-2026。ほかの利用者は README に
  職員・窓口      {address}/admin/  ログイン名 staff、パスワード akiruno-2026
  届いたメール    {address}/demo/mails/

止めるには Ctrl-C を押してください。"""


def open_library(port: int | None, *, fresh: bool, catalogue: Path | None) -> int:
    """Run the demo until Ctrl-C; the data stays for the next time."""
    folder, port = claim(port)
    where = folder.path.relative_to(DEMOS.parent)
    say(f"あきる野市図書館を準備しています(データ: {where}/)。")
    supervisor = Supervisor(folder.path)
    try:
        make_room(folder, fresh=fresh, catalogue=catalogue)
        portal = start_servers(folder, port, supervisor)
        portal.begin_collecting_static_files(supervisor)
        supervisor.run(portal.filling(catalogue))
        open_doors(portal, supervisor)
        say(WELCOME.format(address=portal.address))
        supervisor.watch(Edits(portal, supervisor).show)
    except KeyboardInterrupt:
        say("\n止めています …")
    finally:
        supervisor.stop()
    say(f"止まりました。データは {where}/ に残っています。")
    return 0


def claim(wanted: int | None) -> tuple[DataFolder, int]:
    """Take a port and its folder: the one wanted, or the first that is free from 8000 on."""
    for port in [wanted] if wanted else range(FIRST_PORT, FIRST_PORT + PORTS_TO_TRY):
        folder = DataFolder(DEMOS / str(port))
        if not folder.path.exists() and not ports.is_free(port):
            continue
        if not folder.lock():
            if wanted:
                raise Trouble(f"http://127.0.0.1:{port}/ では、このデモがもう動いています。")
            continue
        if count := Supervisor(folder.path).end_left_behind():
            say(f"前回の終わりに残ったプロセス {count} 個を止めました。")
        if ports.is_free(port):
            if not wanted and port != FIRST_PORT:
                say(f"ポート {FIRST_PORT} は使われているので、{port} を使います。")
            return folder, port
        folder.unlock()
    raise Trouble(
        f"ポート {wanted or FIRST_PORT} はほかのプログラムが使っています。"
        "空いている番号を --port で指定してください。(port is taken)"
    )


def make_room(folder: DataFolder, *, fresh: bool, catalogue: Path | None) -> None:
    """Begin anew if asked to, if another catalogue is wanted, or if the last time broke off."""
    loaded = folder.loaded_catalogue()
    other = catalogue is not None and loaded not in (None, name_of(catalogue))
    if other:
        say("前とは別の目録なので、はじめから作り直します。")
    if fresh or other or loaded is None:
        folder.wipe()
    folder.make()


def start_servers(folder: DataFolder, port: int, supervisor: Supervisor) -> Portal:
    """Start the mailbox, and those servers that DATABASE_URL and REDIS_URL do not name."""
    postgres = Postgres(folder.postgres, ports.free_port(), folder.secret("database_key"))
    valkey = Valkey(folder.path, ports.free_port(), folder.secret("queue_key"))
    given_database, given_queue = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    portal = Portal(
        folder,
        port,
        mail_port=ports.free_port(),
        database_url=given_database or postgres.url,
        redis_url=given_queue or valkey.url,
    )
    portal.note_servers()
    supervisor.start(portal.mailbox())
    if not given_queue:
        supervisor.start(valkey.program())
    if not given_database:
        with step("データベース"):
            postgres.prepare()
            supervisor.start(postgres.program())
            postgres.wait_until_ready(supervisor.check)
    return portal


def open_doors(portal: Portal, supervisor: Supervisor) -> None:
    with step("開館"):
        portal.finish_collecting_static_files(supervisor)
        supervisor.start(portal.web("demo.serving"))
        portal.wait_for_first_page(supervisor)
        supervisor.start(*portal.backstage())
