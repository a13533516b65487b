"""A template or a style that is edited while the demo runs is seen at the next look."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from demo import portal as portals
from demo import ports
from demo.data_folder import DataFolder
from demo.edits import Edits
from demo.environment import ROOT
from demo.portal import Portal
from demo.supervisor import Supervisor
from tests.progress import HANG, until

LEFT_OUT = shutil.ignore_patterns(".*", "tests", "bench", "docs", "requirements")


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Portal, Supervisor]]:
    """The demo's web server on a copy of the checkout; its database is nowhere."""
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT, checkout, ignore=LEFT_OUT)
    monkeypatch.setattr(portals, "ROOT", checkout)
    monkeypatch.setenv("WEB_WORKERS", "1")
    folder, supervisor = DataFolder(tmp_path / "library"), Supervisor(tmp_path / "library")
    folder.path.mkdir()
    folder.make()
    nowhere = ("postgres://nobody@127.0.0.1:1/nothing", "redis://127.0.0.1:1")
    portal = Portal(folder, ports.free_port(), 1, *nowhere)
    try:
        portal.begin_collecting_static_files(supervisor)
        portal.finish_collecting_static_files(supervisor)
        supervisor.start(portal.web("demo.serving"))
        portal.wait_for_first_page(supervisor)
        yield portal, supervisor
    finally:
        supervisor.stop()


def page(address: str) -> str:
    """What is answered, also with 503: without a database each page is the one of an outage."""
    return requests.get(address, timeout=HANG).text


def style_of(portal: Portal) -> str:
    [path] = re.findall(r'href="(/static/css/base[^"]+)"', page(f"{portal.address}/"))
    return page(portal.address + path)


def is_visible(edits: Edits, condition: Callable[[], bool]) -> bool:
    edits.show()
    return condition()


def test_an_edited_template_and_an_edited_style_are_served_without_a_new_start(
    running: tuple[Portal, Supervisor], capsys: pytest.CaptureFixture[str]
) -> None:
    portal, supervisor = running
    edits, web = Edits(portal, supervisor), supervisor.child("web")
    first = web.process.pid
    assert "べつのことば" not in page(f"{portal.address}/")

    template = portals.ROOT / "templates" / "503.html"
    template.write_text(template.read_text().replace("しばらくすると", "べつのことば"))
    until(lambda: is_visible(edits, lambda: "べつのことば" in page(f"{portal.address}/")))

    [style] = portals.ROOT.glob("static/css/base.css")
    style.write_text(style.read_text() + "\n.another-rule { color: black; }\n")
    until(lambda: is_visible(edits, lambda: ".another-rule" in style_of(portal)))

    assert web.process.pid == first
    assert web.is_running()
    assert "読み直しました" in capsys.readouterr().out
