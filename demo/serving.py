"""How gunicorn serves the demo: as in service, but each worker loads the portal by itself.

Workers that are started anew after SIGHUP then have the names of the static files of now.
"""

from akiruno_library.serving import *  # noqa: F403

preload_app = False
