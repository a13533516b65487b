#!/usr/bin/env python
import os
import sys
from pathlib import Path

ON_A_CHECKOUT = Path(__file__).with_name("run.py").exists()


def main() -> None:
    """Run a command of Django with the settings of the environment, as in service."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "akiruno_library.settings")
    if sys.argv[1:2] == ["test"]:
        sys.exit("テストは python3 run.py test で動かします。(The tests are run by run.py test.)")
    try:
        from django.conf import settings
        from django.core.management import execute_from_command_line
    except ImportError as error:
        sys.exit(f"{error}\n{what_to_type()}")
    try:
        _ = settings.INSTALLED_APPS  # now: some commands would go on without any
    except SystemExit:  # environment.py has said what is wrong
        sys.stderr.write(what_to_type())
        raise
    execute_from_command_line(sys.argv)


def what_to_type() -> str:
    """On a checkout, the command that brings along what is missing."""
    words = " ".join(sys.argv[1:]) or "help"
    hint = f"手元では python3 run.py manage {words} と打ってください。\n"
    return hint if ON_A_CHECKOUT else ""


if __name__ == "__main__":
    main()
