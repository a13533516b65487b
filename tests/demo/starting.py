from io import StringIO
from pathlib import Path

from django.core.management import call_command

from demo.management.commands.load_sample_library import Command


def start_demo(catalogue: Path | None = None) -> str:
    """Load the sample library, as each start of the demo does; returns what was told."""
    output = StringIO()
    call_command(Command(), catalogue=catalogue, stdout=output)
    return output.getvalue()
