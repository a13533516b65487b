from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from akiruno_library import metrics

handler500 = "catalog.outage.page_could_not_be_made"

urlpatterns = [
    path("metrics", metrics.figures, name="metrics"),
    path("", include("catalog.urls")),
    path("", include("catalog.api.urls")),
    path("", include("catalog.browsing.urls")),
    path("help/", include("catalog.help.urls")),
    path("", include("patrons.display.urls")),
    path("kids/", include("catalog.kids.urls")),
    path("", include("patrons.children.urls")),
    path("terminal/", include("patrons.terminal.urls")),
    path("", include("patrons.newsletter.urls")),
    path("mypage/", include("patrons.urls")),
    path("mypage/", include("loans.urls")),
    path("mypage/", include("circulation.urls")),
    path("", include("reservations.urls")),
    path("admin/second-factor/", include("patrons.staff.urls")),
    path("admin/counter/", include("circulation.counter.urls")),
    path("admin/library/operation/", include("operation.urls")),
    path("admin/library/", include("circulation.library.urls")),
    path("admin/mail/", include("notifications.desk.urls")),
    path("admin/news/", include("patrons.news_urls")),
    path("admin/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("demo.urls")))
