"""A real browser, TLS that ends in nginx as the guide tells, the very commands of the service."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, expect, sync_playwright

from demo import ports
from demo.environment import ROOT
from demo.people import PASSWORD
from demo.supervisor import Supervisor
from tests.front import NGINX
from tests.progress import until
from tests.withstand.composed import commands, environment_of, nginx, program, status_of
from tests.withstand.library import OpenLibrary

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
OPENSSL = shutil.which("openssl")
GUIDE = (ROOT / "docs/operation.md").read_text()

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (NGINX and CHROMIUM and OPENSSL), reason="nginx or Chromium is missing"),
]


@pytest.fixture(scope="module")
def behind_tls(library: OpenLibrary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("tls")
    folder.chmod(0o755)
    certificate = [str(OPENSSL), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    certificate += ["-subj", "/CN=127.0.0.1", "-keyout", "key.pem", "-out", "certificate.pem"]
    subprocess.run(certificate, cwd=folder, check=True, capture_output=True)
    web, front = ports.free_port(), ports.free_port()
    site = f"https://127.0.0.1:{front}"
    environment = environment_of(library, folder, web) | {"SITE_URL": site}
    supervisor = Supervisor(folder)
    try:
        for name in ("web", "indexer"):
            supervisor.start(program(name, commands()[name], environment))
        before = nginx(folder, [f"127.0.0.1:{web}"], front, library)
        _end_tls_as_the_guide_tells(folder, front)
        supervisor.start(before)
        until(lambda: status_of(f"http://127.0.0.1:{web}/readyz") == 200)
        yield site
        supervisor.check()
    finally:
        supervisor.stop()


def _end_tls_as_the_guide_tells(folder: Path, front: int) -> None:
    block = re.search(r"```nginx\n(.*?)```", GUIDE, re.DOTALL)
    assert block
    lines = block[1].replace("8443", f"127.0.0.1:{front}").replace("/etc/nginx/tls/", f"{folder}/")
    path = folder / f"nginx-{front}.conf"
    plain = f"listen 127.0.0.1:{front};"
    assert plain in path.read_text()
    path.write_text(path.read_text().replace(plain, lines))


@pytest.fixture
def page(behind_tls: str) -> Iterator[Page]:
    """Whatever the browser complains of (a policy, a missing file) fails the test."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(
            base_url=behind_tls, ignore_https_errors=True, locale="ja-JP", timezone_id="Asia/Tokyo"
        )
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else 0)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()
    assert complaints == []


def test_a_patron_searches_reserves_and_leaves(page: Page, library: OpenLibrary):
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    [[bib, title]] = library.facts(
        "SELECT b.id, b.title FROM catalog_bib b JOIN catalog_bibstatus s ON s.bib_id = b.id"
        " JOIN catalog_materialtype m ON m.id = b.material_type_id"
        " WHERE cardinality(s.free_at) > 0 AND m.code = 'book' AND NOT EXISTS"
        " (SELECT 1 FROM reservations_reservation r WHERE r.bib_id = b.id)"
        " ORDER BY length(b.title) DESC LIMIT 1"
    )
    page.goto("/")
    page.get_by_role("combobox").first.fill(title)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(title)
    page.goto(f"/bib/{bib}/")
    page.get_by_role("button", name="予約かご").first.click()
    expect(page.get_by_text("入れました").first).to_be_visible()
    page.goto("/mypage/login/?next=/basket/")
    page.get_by_label("利用者番号").fill("10000004")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="ログイン").click()
    page.goto("/basket/")
    expect(page.locator("main")).to_contain_text(title)
    page.locator("form[action='/basket/confirm/'] button").last.click()
    expect(page).to_have_url(re.compile("/basket/placed/"))
    expect(page.locator("main")).to_contain_text(title)

    cookies = page.context.cookies()
    assert cookies
    assert all(one["name"].startswith("__Host-") and one["secure"] for one in cookies)
    assert all(one["httpOnly"] for one in cookies)
    own = [one for one in answers if one.request.resource_type == "document"]
    assert all("max-age=31536000" in one.headers["strict-transport-security"] for one in own)
    assert {one.url.split("/")[2] for one in answers} == {page.url.split("/")[2]}
    assert all(one.status < 400 for one in answers)
