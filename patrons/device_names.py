"""What somebody calls the machine they sit at, as far as its browser says."""

from django.http import HttpRequest

# The first word that is found counts: Edge calls itself Chrome and Safari too.
_MACHINES = [
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Androidの端末"),
    ("Windows", "Windowsのパソコン"), ("CrOS", "Chromebook"), ("Macintosh", "Mac"),
    ("Linux", "Linuxのパソコン"),
]  # fmt: skip
_BROWSERS = [
    ("Edg", "Edge"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
]  # fmt: skip


def device_words(request: HttpRequest) -> str:
    """Windowsのパソコン(Edge); a terminal of the library is called so."""
    if getattr(request, "terminal", None):
        return "館内の資料検索機"
    agent = request.headers.get("User-Agent", "")
    machine = next((words for sign, words in _MACHINES if sign in agent), "")
    browser = next((words for sign, words in _BROWSERS if sign in agent), "")
    if machine and browser:
        return f"{machine}({browser})"
    return machine or browser or "名前のわからない機器"
