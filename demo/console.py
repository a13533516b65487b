"""What the commands say, and how they give up."""

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DISK_IS_FULL = (
    "ディスクの空きが足りません。1 GB ほど空けてから、もう一度お試しください。(no space left)"
)

SIGNS_OF_A_FULL_DISK = ("No space left", "os error 28", "Disk quota exceeded", "DiskFull")


class Trouble(Exception):
    """Something the reader can put right; the sentence says what it is and what to do."""


def say(sentence: str) -> None:
    print(sentence, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Tell what is being done, and when it is done how long it took."""
    print(f"  {title} …", end="", flush=True)
    begun = time.monotonic()
    try:
        yield
    except BaseException:
        print(flush=True)
        raise
    print(f" {time.monotonic() - begun:.1f} 秒", flush=True)


def still_working() -> None:
    """A dot in the line of the step that is being done."""
    print(".", end="", flush=True)


def sentence_for(error: OSError) -> str | None:
    """The reader's sentence for what the machine refused, if it is the reader's to put right."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DISK_IS_FULL
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{error.filename or 'ファイル'} を使う権限がありません。"
            "前に別のユーザー(root など)で動かした場合は、そのユーザーで続けるか、"
            ".venv と .demo を消してからお試しください。(permission denied)"
        )
    return None


def sentence_for_log(what: str, output: str, log: Path | None = None) -> str:
    """The reader's sentence for a program of ours that failed: the end of what it said."""
    if any(sign in output for sign in SIGNS_OF_A_FULL_DISK):
        return DISK_IS_FULL
    where = f"全文: {log}" if log else ""
    end = "\n".join(output.splitlines()[-12:])
    return f"{what}がうまくいきませんでした。\n{end}\n{where}".rstrip()
