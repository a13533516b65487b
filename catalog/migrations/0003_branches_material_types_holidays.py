"""The facts the library begins with (rules 4.1, 5.1, 11). Staff can change all of them."""

from datetime import date, time

import jpholiday
from django.db import migrations

TEN, SIX, EIGHT = time(10), time(18), time(20)
SHORT, LONG = (TEN, SIX), (TEN, EIGHT)
MON, TUE, WED, THU, FRI, SAT, SUN, HOLIDAY = range(8)

BRANCHES = [
    (
        ("chuo", "中央図書館", "中央"),
        {MON: LONG, TUE: LONG, WED: LONG, THU: LONG, SAT: SHORT, SUN: SHORT, HOLIDAY: SHORT},
    ),
    (
        ("el", "東部図書館エル", "エル"),
        {TUE: SHORT, WED: LONG, THU: SHORT, FRI: SHORT, SAT: SHORT, SUN: SHORT},
    ),
    (
        ("itsukaichi", "五日市図書館", "五日市"),
        {TUE: SHORT, WED: SHORT, THU: LONG, FRI: SHORT, SAT: SHORT, SUN: SHORT},
    ),
    (
        ("masuko", "中央図書館増戸分室", "増戸分室"),
        {TUE: SHORT, WED: SHORT, THU: SHORT, FRI: SHORT, SAT: SHORT, SUN: SHORT},
    ),
]
THIRD_TUESDAY_CLOSED = ("chuo", 3, TUE)

PRINT, AUDIO, VIDEO = "print", "audio", "video"
MATERIAL_TYPES = [
    # code, name, medium, reservable on the web, loan days, limit of the medium
    ("book", "図書", PRINT, True, 21, None),
    ("picture_book", "絵本", PRINT, True, 21, None),
    ("comic", "コミック", PRINT, True, 21, None),
    ("magazine", "雑誌", PRINT, True, 21, None),
    ("kamishibai", "紙芝居", PRINT, True, 21, None),
    ("large_picture_book", "大型絵本", PRINT, False, 21, None),
    ("large_kamishibai", "大型紙芝居", PRINT, False, 21, None),
    ("large_print", "大活字本", PRINT, True, 21, None),
    ("braille", "点字", PRINT, True, 21, None),
    ("cd", "CD", AUDIO, True, 7, 2),
    ("cassette", "カセット", AUDIO, True, 7, 2),
    ("dvd", "DVD", VIDEO, True, 7, 2),
    ("video", "ビデオ", VIDEO, True, 7, 2),
]
HOLIDAYS_FROM, HOLIDAYS_TO = date(2020, 1, 1), date(2032, 12, 31)


def add_facts(apps, schema_editor):
    branch_model = apps.get_model("catalog", "Branch")
    hours_model = apps.get_model("catalog", "OpeningHours")
    for position, ((code, name, short_name), week) in enumerate(BRANCHES):
        branch = branch_model.objects.create(
            code=code, name=name, short_name=short_name, position=position
        )
        hours_model.objects.bulk_create(
            hours_model(branch=branch, weekday=weekday, opens=opens, closes=closes)
            for weekday, (opens, closes) in week.items()
        )
    code, nth, weekday = THIRD_TUESDAY_CLOSED
    apps.get_model("catalog", "NthWeekdayClosing").objects.create(
        branch=branch_model.objects.get(code=code), nth=nth, weekday=weekday
    )
    material_model = apps.get_model("catalog", "MaterialType")
    material_model.objects.bulk_create(
        material_model(
            code=code,
            name=name,
            medium=medium,
            reservable_on_web=on_web,
            loan_days=days,
            loan_limit=limit,
            position=position,
        )
        for position, (code, name, medium, on_web, days, limit) in enumerate(MATERIAL_TYPES)
    )
    holiday_model = apps.get_model("catalog", "PublicHoliday")
    holiday_model.objects.bulk_create(
        holiday_model(day=day, name=name)
        for day, name in jpholiday.between(HOLIDAYS_FROM, HOLIDAYS_TO)
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_status_with_each_bib")]
    operations = [migrations.RunPython(add_facts, migrations.RunPython.noop)]
