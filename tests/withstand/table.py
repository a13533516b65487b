"""What the portal must withstand, line by line, and the tests that try each line."""

from dataclasses import dataclass

OVER_HTTP = "tests/reservations/test_races_over_http.py::"
CROWDS = "tests/withstand/test_crowds.py::"
MAIL = "tests/withstand/test_mail.py::"
MAIL_SERVER = "tests/notifications/test_mail_server.py::"


@dataclass(frozen=True)
class Line:
    name: str
    tried: str
    must: str
    tests: tuple[str, ...]


TABLE = [
    Line(
        "confirms",
        "200 confirms at once by one patron at 19 of 20, and at 3 of 4 audiovisual",
        "exactly one placed, 199 kind refusals, no error",
        (
            OVER_HTTP + "test_of_200_confirms_at_19_of_20_exactly_one_is_placed",
            OVER_HTTP + "test_of_200_confirms_at_3_of_4_audiovisual_exactly_one_is_placed",
        ),
    ),
    Line(
        "one-copy",
        "50 patrons race for one free copy",
        "one gets it, the rest queue in the order of commit",
        (OVER_HTTP + "test_fifty_patrons_race_for_one_copy_and_queue_in_the_order_of_commit",),
    ),
    Line(
        "same-form",
        "the same form 10 times in parallel; reload; Back and again",
        "one reservation",
        (
            OVER_HTTP + "test_the_same_form_ten_times_in_parallel_makes_one_reservation",
            "tests/reservations/test_basket_pages.py::"
            "test_a_form_sent_twice_changes_nothing_and_answers_the_same",
        ),
    ),
    Line(
        "mixed",
        "every verb on the same few bibs from several connections for 60 s; every pair of verbs,"
        " stopped at each lock",
        "what spans tables stays true, no deadlock reaches a patron",
        (
            "tests/circulation/test_races.py::"
            "test_all_verbs_on_the_same_three_bibs_for_a_while_leave_everything_true",
            "tests/reservations/test_interleavings.py",
        ),
    ),
    Line(
        "model",
        "a state machine of the queue against a model of plain lists",
        "500 runs of 50 steps agree",
        ("tests/reservations/test_model.py::test_the_queue_and_a_model_of_plain_lists_agree",),
    ),
    Line(
        "senders",
        "kill -9 of the sender 15 times over 50 mails",
        "none lost, duplicates ≤ kills, the same Message-ID",
        (MAIL + "test_a_sender_killed_fifteen_times_over_fifty_mails_loses_none",),
    ),
    Line(
        "mail-server",
        "the mail server is down, stalls, says 421, 450, 550, drops in the middle of a mail",
        "tried again or marked; one bad address holds nobody up",
        (
            MAIL_SERVER + "test_a_server_that_is_down_delays_the_mail_and_loses_none",
            MAIL_SERVER + "test_a_server_that_says_nothing_is_in_trouble",
            MAIL_SERVER + "test_a_server_that_closes_for_a_while_gets_the_mail_afterwards",
            MAIL_SERVER + "test_a_temporary_refusal_is_tried_again_later_and_marks_nobody",
            MAIL_SERVER + "test_a_permanent_refusal_marks_the_address_and_blocks_nobody",
            MAIL_SERVER + "test_a_mail_on_which_the_server_hangs_up_holds_no_other_back",
        ),
    ),
    Line(
        "redis",
        "Redis stopped for 60 s, SIGSTOP for 60 s, FLUSHALL",
        "no 5xx, no request over 5 s, mail arrives after",
        (MAIL + "test_safety_24_without_redis_every_page_works_and_mail_is_only_late",),
    ),
    Line(
        "postgresql",
        "PostgreSQL killed under load",
        "only 503 for seconds; what was answered as placed exists",
        ("tests/withstand/test_the_database_away.py",),
    ),
    Line(
        "clockwork",
        "two beats at once; beat away for 26 hours",
        "each job once for its day; made up for once",
        (
            MAIL + "test_two_clocks_at_once_do_each_job_once_for_its_day",
            MAIL + "test_what_a_clock_missed_for_26_hours_is_made_up_for_once",
            "tests/notifications/test_jobs.py::"
            "test_what_was_missed_for_26_hours_is_made_up_for_once",
        ),
    ),
    Line(
        "clocks",
        "clock −5 min, +1 day, 31 March to 1 April, 29 February, the end of the year; a process in"
        " another time zone",
        "the rules of the day in Tokyo",
        (
            "tests/withstand/test_clocks.py",
            "tests/patrons/test_privileges.py::test_the_page_opens_at_midnight_in_tokyo",
        ),
    ),
    Line(
        "start-days",
        "the sample library opened on 43 days at the turns of the calendar; twelve later starts",
        "every statement of the README's table is true, before 09:00 and after",
        ("tests/demo/test_any_day.py",),
    ),
    Line(
        "days",
        "the whole demo under a shifted clock (faketime): a Tuesday, a Friday, 30 December, 1"
        " April, and again the day after",
        "every statement of the README's table is true; 返却期限のお知らせ in the mailbox",
        ("tests/withstand/test_any_day.py",),
    ),
    Line(
        "crawler",
        "33,000 pages without cookies; 200 a second for 60 s beside 5 a second of patrons",
        "no session, nothing grows; patrons' p95 < 1 s and all succeed; 429 for the crawler",
        (
            CROWDS + "test_safety_21_a_crawl_of_the_whole_library_leaves_nothing_behind",
            CROWDS + "test_safety_21_22_a_crawler_is_told_to_wait_and_patrons_do_not_notice",
        ),
    ),
    Line(
        "nonsense",
        "20,000 random requests (paths, queries, bodies, cookies, invalid UTF-8); a POST of 10 MB;"
        " slow clients",
        "no 5xx",
        (
            CROWDS + "test_nonsense_of_every_kind_is_answered_and_never_with_a_fault",
            CROWDS + "test_a_body_of_ten_megabytes_is_turned_away",
            "tests/withstand/test_the_services_of_compose.py::"
            "test_slow_clients_keep_nobody_waiting",
        ),
    ),
    Line(
        "attacks",
        "600 wrong logins a minute from 500 addresses for 10 minutes; the four facts likewise,"
        " for 5",
        "terminals and known devices get in always, new devices ≥ 95 % in two tries",
        ("tests/withstand/test_attacks.py",),
    ),
    Line(
        "restore",
        "dump → restore → migrate → checks",
        "equal counts, no mail sent again, what was deleted stays deleted",
        ("tests/withstand/test_backup_and_return.py",),
    ),
    Line(
        "two-nodes",
        "two nodes, each with its own index, behind one nginx; one is killed under load",
        "only what it was just answering fails",
        ("tests/withstand/test_two_nodes.py",),
    ),
    Line(
        "imports",
        "records and rows that are cut, doubled and mixed with bytes of every kind: ISO 2709,"
        " MARCXML, CSV of bibs and of every table; 20,000 files of each form",
        "nothing ends the import, no neighbour is lost",
        (
            "tests/catalog/imports/test_broken_records.py",
            "tests/circulation/test_damaged_tables.py",
        ),
    ),
]
