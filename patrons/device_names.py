"""Names for devices, derived from what the browser says about itself."""

from django.http import HttpRequest

# The first match counts: the User-Agent of Edge also contains Chrome and Safari.
_DEVICES = [
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Androidの端末"),
    ("Windows", "Windowsのパソコン"), ("CrOS", "Chromebook"), ("Macintosh", "Mac"),
    ("Linux", "Linuxのパソコン"),
]  # fmt: skip
_BROWSERS = [
    ("Edg", "Edge"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
]  # fmt: skip


def device_name(request: HttpRequest) -> str:
    """Return a name such as Windowsのパソコン(Edge); a terminal has a name of its own."""
    if getattr(request, "terminal", None):
        return "館内の資料検索機"
    agent = request.headers.get("User-Agent", "")
    machine = next((words for sign, words in _DEVICES if sign in agent), "")
    browser = next((words for sign, words in _BROWSERS if sign in agent), "")
    if machine and browser:
        return f"{machine}({browser})"
    return machine or browser or "名前のわからない機器"
