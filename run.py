#!/usr/bin/env python3
"""あきる野市図書館 利用者ポータル: its commands.

    python3 run.py demo        the whole library on this machine, with sample books and patrons
    python3 run.py test        every check and every test, as the continuous integration runs them
    python3 run.py check       the checks alone
    python3 run.py manage      any command of manage.py: shell, dbshell, makemigrations, migrate
    python3 run.py withstand   whether it withstands crowds, faults and wrong clocks, in an hour
    python3 run.py mutate      whether a test notices when a rule is written wrong, in an hour

Nothing has to be installed first but Python 3.11 or newer. `python3 run.py --help` tells more.
"""

import sys

OLDEST_PYTHON = (3, 11)


def refuse_old_python(version):
    """Say what is missing; until here every line can be read by any Python 3."""
    if version < OLDEST_PYTHON:
        sys.exit(
            "Python 3.11 以上が必要です。この Python は {0}.{1} です。\n"
            "新しい Python を入れて、たとえば python3.12 run.py demo のように始めてください。\n"
            "(Python 3.11 or newer is needed; this one is {0}.{1}.)".format(*version)
        )


def main(arguments):
    from demo import command_line

    return command_line.main(arguments)


if __name__ == "__main__":
    refuse_old_python(sys.version_info[:2])
    sys.exit(main(sys.argv[1:]))
