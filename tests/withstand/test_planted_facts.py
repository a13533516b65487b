"""What people are and read stands in no log, not in Redis and in no task (safety 20, rule 10.5).

A whole run with real processes: registering, failing to log in, searching, reserving, a copy that
becomes ready, mail, a child on a terminal. All that goes through Redis meanwhile is listened to.
"""

import base64
import codecs
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import redis

from demo.people import HANAKO, ICHIRO, PASSWORD, SAKURA
from tests.progress import HANG, until
from tests.withstand.library import OpenLibrary, Visitor

WORD = "むささび観察日誌"
WRONG_CARD, WRONG_PASSWORD, WRONG_NAME = "98765432", "planted-wrong-phrase", "植込 観太郎"
NEW_PASSWORD, ADDRESS = "planted-new-phrase", "planted.reader@example.jp"
FACTS = {
    "card_number": ICHIRO,
    "name": "増戸 一郎",
    "birth_date": "1978/7/30",
    "telephone": "042-000-0005",
}
BODY = re.compile(rb'"body": "([A-Za-z0-9+/=]+)"')


def planted(title: str) -> list[str]:
    """Each as it was typed, and as the portal may have folded or printed it."""
    return [
        *("増戸", "一郎", "マスコ", "マスコイチロウ", "秋川 花子", "多西", "サクラ", "さくら"),
        *(WRONG_NAME, "植込", "観太郎"),
        *(ICHIRO, HANAKO, SAKURA, WRONG_CARD),
        *("042-000-0005", "0420000005"),
        *("1978/7/30", "1978-07-30", "19780730", "昭和53"),
        *(PASSWORD, NEW_PASSWORD, WRONG_PASSWORD),
        *(ADDRESS, "planted.reader", "hanako@example.jp"),
        *(WORD, "むささび", title),
    ]


def test_safety_20_planted_facts_stand_in_no_log_no_key_and_no_task(library: OpenLibrary):
    bib, title, barcode, branch = a_book_on_the_shelf(library)
    with listening(library) as heard:
        register_and_fail_to_log_in(library)
        reader = library.visitor().log_in(ICHIRO, NEW_PASSWORD)
        search_and_reserve(reader, bib, branch)
        make_it_ready(library, barcode)
        child_comes(library)
        until(lambda: mails_to(library, ADDRESS) >= 2)
        until(lambda: b"notifications.tasks.run_job" in b"".join(heard))
    until(lambda: "notifications.tasks.run_job" in logs_of(library)["worker"])
    logs = logs_of(library)
    assert "catalog:search 200" in logs["web"]  # we do look where the portal writes
    assert "notifications.tasks.run_job" in logs["worker"]
    logs["tasks"] = "\n".join(said_to_redis(heard))
    assert '[["send_due_mail"]' in logs["tasks"]
    logs["keys"] = all_of_redis(library)
    found = {
        (where, fact)
        for where, text in logs.items()
        for fact in planted(title)
        if fact in text or json.dumps(fact).strip('"') in text
    }
    assert found == set()


def a_book_on_the_shelf(library: OpenLibrary) -> tuple[int, str, str, int]:
    """Its number, a title long enough to be known again, its only copy and its branch."""
    [row, *_] = library.facts(
        "SELECT bib.id, bib.title, copy.barcode, branch.id FROM catalog_bib bib"
        " JOIN catalog_bibstatus status ON status.bib_id = bib.id AND status.circulating = 1"
        " JOIN catalog_copy copy ON copy.bib_id = bib.id"
        " JOIN catalog_branch branch ON branch.id = copy.current_branch_id"
        " JOIN catalog_materialtype material ON material.id = bib.material_type_id"
        " WHERE copy.whereabouts = 'shelf' AND copy.lending = 'lent' AND branch.code = 'chuo'"
        " AND status.waiting = 0 AND length(bib.title) > 7 AND material.reservable_on_web"
        " ORDER BY bib.id"
    )
    return row[0], row[1], row[2], row[3]


def register_and_fail_to_log_in(library: OpenLibrary) -> None:
    stranger, register = library.visitor(), "/mypage/register/"
    wrong = FACTS | {"card_number": WRONG_CARD, "name": WRONG_NAME, "password": WRONG_PASSWORD}
    assert stranger.post(register, on=register, **wrong).status_code == 200
    form = {"card_number": WRONG_CARD, "password": WRONG_PASSWORD}
    assert stranger.post("/mypage/login/", on="/mypage/login/", **form).status_code == 200
    right = FACTS | {"password": NEW_PASSWORD}
    assert library.visitor().post(register, on=register, **right).status_code == 302


def search_and_reserve(reader: Visitor, bib: int, branch: int) -> None:
    for path in ("/search/", "/search/suggest/", "/feeds/search.atom"):
        assert reader.session.get(reader.address + path, params={"q": WORD}).status_code == 200
    email = "/mypage/email/"
    change = {"address": ADDRESS, "current": NEW_PASSWORD}
    assert reader.post(email, on=email, **change).status_code == 302
    assert reader.post("/basket/add/", on=f"/bib/{bib}/", bib=bib).status_code == 302
    form = {"bib": bib, "pickup_branch": branch, "contact_method": "mail"}
    assert reader.post("/basket/confirm/", on="/basket/", **form).status_code == 302


def make_it_ready(library: OpenLibrary, barcode: str) -> None:
    desk, counter = library.visitor().log_in_as_staff(), "/admin/counter/"
    for path, form in (("branch", {"branch": "chuo"}), ("scan", {"code": barcode})):
        assert desk.post(f"{counter}{path}/", on=counter, **form).status_code == 302
    for path, form in (("scan", {"code": ICHIRO}), ("finish", {})):
        assert desk.post(f"{counter}{path}/", on=counter, **form).status_code == 302
    [(state,)] = library.facts(
        "SELECT state FROM reservations_reservation JOIN catalog_copy copy ON copy.id = copy_id"
        " WHERE copy.barcode = %s",
        barcode,
    )
    assert state == "ready"


def child_comes(library: OpenLibrary) -> None:
    terminal, press = library.visitor(), "/terminal/children/"
    here = {"Origin": library.address}
    terminal.session.post(f"{library.address}/demo/terminal/", headers=here, timeout=HANG)
    form = {"card_number": SAKURA, "password": PASSWORD, "button": "came"}
    answer = terminal.session.post(
        library.address + press, data=form, headers=here, timeout=HANG, allow_redirects=False
    )
    assert answer.headers["Location"] == "/terminal/children/hello/"


@contextmanager
def listening(library: OpenLibrary) -> Iterator[list[bytes]]:
    """All that anybody says to Redis, as it is said."""
    heard: list[bytes] = []
    client = redis.Redis.from_url(library.portal.redis_url)
    connection = client.connection_pool.get_connection()
    connection.send_command("MONITOR")
    connection.read_response()
    over = threading.Event()

    def listen() -> None:
        while not over.is_set():
            if connection.can_read(timeout=0.5):
                heard.append(connection.read_response())

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        yield heard
    finally:
        over.set()
        listener.join(HANG)
        client.close()


def said_to_redis(heard: list[bytes]) -> Iterator[str]:
    """Each command with its bytes as they were, and what Celery wraps of a task."""
    for line in heard:
        command = codecs.escape_decode(line)[0]  # type: ignore[attr-defined]
        yield command.decode("utf-8", "replace")
        for body in BODY.findall(command):
            yield base64.b64decode(body).decode("utf-8", "replace")


def all_of_redis(library: OpenLibrary) -> str:
    """Every key with its value, whatever its kind."""
    client = redis.Redis.from_url(
        library.portal.redis_url, decode_responses=True, encoding_errors="replace"
    )
    read = {
        "string": lambda key: [client.get(key)],
        "list": lambda key: client.lrange(key, 0, -1),
        "hash": lambda key: [word for pair in client.hgetall(key).items() for word in pair],
        "set": client.smembers,
        "zset": lambda key: client.zrange(key, 0, -1),
    }
    keys = list(client.scan_iter())
    return "\n".join(word for key in keys for word in [key, *read[client.type(key)](key)])


def logs_of(library: OpenLibrary) -> dict[str, str]:
    """All but the mailbox's own, which is the world outside."""
    files = library.folder.logs.glob("*.log")
    return {
        file.stem: file.read_text("utf-8", "replace") for file in files if file.stem != "mailbox"
    }


def mails_to(library: OpenLibrary, address: str) -> int:
    return sum(
        f"To: {address}" in file.read_text("utf-8", "replace")
        for file in library.folder.mails.glob("*.eml")
    )
