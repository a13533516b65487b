from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from catalog.search import RebuildUnderWay, is_needed, rebuild


class Command(BaseCommand):
    help = "Builds the search index anew from the database; the one in use serves meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-needed",
            action="store_true",
            help="only when there is no index, or one of another version or another database",
        )

    def handle(self, *, if_needed: bool, verbosity: int, **options: object) -> None:
        if if_needed and not is_needed():
            self.stdout.write("The search index fits; nothing to do.")
            return
        with tqdm(unit=" bibs", disable=None if verbosity else True) as bar:

            def show(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            try:
                built = rebuild(progress=show)
            except RebuildUnderWay as error:
                raise CommandError("The search index is being built by another process.") from error
        self.stdout.write(f"{built.documents} bibs indexed in {built.seconds:.1f} s.")
