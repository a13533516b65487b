"""The numbers of the library's rules, once each.

"Seed" numbers are what the library's own page promises and are fixed; "policy" numbers are ours
to choose, with the reason beside them. What belongs to a material type (loan period, audiovisual,
reservable on the web, loan limit) is a column of its table.
"""

import calendar
from datetime import date, time, timedelta
from typing import NamedTuple

# --- Passwords and sessions -------------------------------------------------------------------

PASSWORD_MIN_LENGTH = 8  # 2.3 policy: long enough with the list of common ones, short for a child
PASSWORD_MAX_LENGTH = 128  # 2.3: bounds the work of one hash
SESSION_LONGEST = timedelta(hours=12)  # safety: a day's use, never overnight
SESSION_EXPIRY = timedelta(minutes=30)  # safety: long enough to look something up meanwhile
STAFF_SESSION_EXPIRY = timedelta(minutes=15)  # safety 19
SESSION_WARNING = timedelta(minutes=2)  # before the idle end, answered by one press
UNFINISHED_KEPT = timedelta(minutes=10)  # policy: to find the card and to log in again
UNFINISHED_LARGEST = 20_000  # characters that were typed; more is kept by nobody
SESSION_TOUCH_SHARE = 10  # a session's row is written once in a tenth of its idle limit
NEW_DEVICE_MAIL = True  # policy: an owner learns of a stranger's login at once
NEW_DEVICE_MAILS_A_DAY = 5  # policy: a browser without cookies is a new device each time
# A device with a correct login is exempt from waits that strangers caused.
DEVICE_KNOWN_FOR = timedelta(days=365)

# --- Registering a password (2.1, 2.2) ----------------------------------------------------------

CLOSED_AFTER_FACTS = timedelta(hours=72)  # policy: time for the owner to notice
RESET_LINK_VALID = timedelta(minutes=30)  # safety 3
RESET_LINKS_REPEATED = 3  # a day: whoever knows the facts must not fill a mailbox
FACTS_CARRIED_ON = timedelta(minutes=10)  # from a reset by facts to the new password
# 12.8 policy: after a wedding the former name still opens the card.
FORMER_NAME_ACCEPTED = timedelta(days=90)

# --- Mail addresses of patrons (3) --------------------------------------------------------------

CONFIRMATION_VALID = timedelta(days=3)  # policy: a weekend without reading mail is possible
CONFIRMATIONS_REPEATED = 3  # safety 9: a day, to one card and one address
CONFIRMATIONS_OF_A_CARD = 10  # a day, to any addresses; typing errors are fewer
CONFIRMATIONS_TO_AN_ADDRESS = 10  # a day, from any cards; a family may share one address

# --- Slowing down whoever guesses (safety 2) ----------------------------------------------------


class Waits(NamedTuple):
    """So many attempts are free; then there is a wait before each, twice as long as the last;
    all are forgotten in time."""

    free: int
    first: timedelta
    longest: timedelta
    one_forgotten_after: timedelta


class Level(NamedTuple):
    """From `high` wrong attempts on it is an attack; it forgets one after so long, and counts no
    further than `full`."""

    high: int
    full: int
    one_forgotten_after: timedelta


_SECOND, _MINUTE, _HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)

LOGIN_WAITS = {
    "card": Waits(5, _MINUTE, 30 * _MINUTE, _HOUR),  # from one network: 48 guesses a day at most
    "card-under-attack": Waits(3, 2 * _MINUTE, 30 * _MINUTE, _HOUR),
    "card-in-all": Waits(30, _MINUTE, 30 * _MINUTE, _HOUR),  # a botnet with one card in mind
    "known-device": Waits(10, 30 * _SECOND, 10 * _MINUTE, 10 * _MINUTE),  # its owner mistypes
    "address": Waits(20, _MINUTE, 15 * _MINUTE, 2 * _MINUTE),  # a school behind one address
    "address-under-attack": Waits(3, 2 * _MINUTE, _HOUR, 20 * _MINUTE),  # who mistypes twice enters
    "terminal": Waits(30, 20 * _SECOND, 2 * _MINUTE, _MINUTE),  # shared by all, watched by staff
}
LOGIN_GAUGES = {  # all the city's mistakes of a busy minute are a tenth of this
    "overall": Level(120, 600, _SECOND),
    "network": Level(40, 120, 30 * _SECOND),
}
FACTS_WAITS = {
    "card": Waits(5, 5 * _MINUTE, _HOUR, 2 * _HOUR),
    "card-under-attack": Waits(3, 5 * _MINUTE, _HOUR, 2 * _HOUR),
    "card-in-all": Waits(20, 5 * _MINUTE, _HOUR, 2 * _HOUR),
    "telephone": Waits(6, 5 * _MINUTE, _HOUR, 12 * _HOUR),  # cards tried: a family has a few
    "person": Waits(3, 5 * _MINUTE, _HOUR, 12 * _HOUR),  # cards tried: a person has one
    "known-device": Waits(10, _MINUTE, 10 * _MINUTE, 10 * _MINUTE),
    "address": Waits(20, _MINUTE, 30 * _MINUTE, 5 * _MINUTE),
    "address-under-attack": Waits(3, 5 * _MINUTE, 2 * _HOUR, _HOUR),
    "terminal": Waits(20, 30 * _SECOND, 5 * _MINUTE, 2 * _MINUTE),
}
FACTS_GAUGES = {
    "overall": Level(60, 300, 2 * _SECOND),
    "network": Level(30, 90, _MINUTE),
}
# At the children's screen, where somebody waits in front of it: short waits, and never a lock.
CHILDREN_WAITS = {
    "card": Waits(5, 10 * _SECOND, 2 * _MINUTE, 5 * _MINUTE),
    "terminal": Waits(30, 5 * _SECOND, 30 * _SECOND, _MINUTE),
}
ENROLMENT_WAITS = {  # of terminals: codes of twelve digits, read from a screen and typed
    "address": Waits(10, 30 * _SECOND, 15 * _MINUTE, 5 * _MINUTE),
}
STAFF_WAITS = {
    "account": Waits(5, 30 * _SECOND, 15 * _MINUTE, 10 * _MINUTE),  # from one network
    "account-in-all": Waits(30, 30 * _SECOND, 15 * _MINUTE, 10 * _MINUTE),  # outside the library
    "known-device": Waits(10, 30 * _SECOND, 10 * _MINUTE, 10 * _MINUTE),
    "address": Waits(20, 30 * _SECOND, 15 * _MINUTE, 2 * _MINUTE),  # a whole office behind one
    "code": Waits(5, _MINUTE, 30 * _MINUTE, _HOUR),  # of a million, by who has the password
    "code-known-device": Waits(5, _MINUTE, 15 * _MINUTE, 30 * _MINUTE),
}
BACKUP_CODES = 10  # safety 19: for a lost telephone, each good once
THROTTLES_KEPT = timedelta(days=3)  # after the last try: by then every one is forgotten
THROTTLE_CARDS_KEPT = 64  # of the cards tried with somebody's facts

# --- Who may reserve (2.5 seed) ---------------------------------------------------------------

SCHOOL_YEAR_STARTS = (4, 1)  # 2.5 seed: month, day
JUNIOR_HIGH_AGE = 12  # 2.5 seed: reached by 1 April; born on 2 April or later: one year on

# --- Reservations -----------------------------------------------------------------------------

RESERVATION_LIMIT = 20  # 5.3 seed
AUDIOVISUAL_RESERVATION_LIMIT = 4  # 5.3 seed
RENEWALS = 1  # 4.3 seed: of one loan; a constraint of the table holds it, too
BASKET_LARGEST = 50  # 5.2 policy: what one page of the basket can show
SUSPENSION_LONGEST = timedelta(days=365)  # 5.7 policy: a year abroad, not for ever
HOLD_SHELF_DAYS = 10  # 5.9 seed
PASSED_OVER_NOTED = 20  # policy: of those whom a copy passes over, how many read so in their log
QUEUE_LOG_ROWS = 100  # policy: what staff read of a bib's queue at once
SEQUENCE_PATIENCE = timedelta(days=30)  # 5.6 policy: then the page offers to lift the order
CLOSURES_AHEAD = timedelta(days=14)  # 12.13 policy: the way to the branch and the hold shelf
CLOSED_RESERVATION_VISIBLE = timedelta(days=7)  # 5.10, 10.2 seed
LONG_OVERDUE_DAYS = 30  # 12.4: then a copy leaves the estimate of the wait
TRANSPORT_DAYS = 2  # policy: the van between the branches, for the estimate of the wait
ASSIGNMENT_SWEEP = timedelta(minutes=1)  # offers a copy that no occasion offered
LAPSE_SWEEP = timedelta(hours=1)  # 5.9: a deadline is a day; the next in the queue waits no longer

# --- What is kept, and for how long (policy) ---------------------------------------------------

SMALLEST_PUBLIC_FIGURE = 10  # safety: fewer could be one person
OLD_FAVOURITES_UNTIL = date(2020, 11, 1)  # 6.2 seed
BACKUPS_KEPT = timedelta(days=365)  # 6.4: what was deleted is remembered for as long
BACKUPS_KEPT_USUALLY = timedelta(days=35)  # policy: a month and what a holiday adds
DELETION_LISTS_KEPT = timedelta(days=3)  # policy: each is whole; an emptied table spoils one only
HISTORY_PER_PAGE = 50
PAST_ISSUES_SWEEP = timedelta(hours=1)  # a magazine can be lent when the next has come
OLD_LOGINS_SWEEP = timedelta(hours=1)
JOB_RUNS_KEPT = timedelta(days=400)  # policy: what ran a year ago can be compared
STAFF_ACTIONS_KEPT = timedelta(days=2 * 365)  # 9.3: long enough to look into a complaint

# --- Cards ------------------------------------------------------------------------------------

CARD_VALID_YEARS = 3  # 2.6 policy

# --- The counter ------------------------------------------------------------------------------

UNDO_WITHIN = timedelta(minutes=5)  # 12.12: the link of a returned loan is kept that long
UNDO_SWEEP = timedelta(seconds=30)  # deletes what can be undone no more
SAME_SCAN = timedelta(seconds=10)  # 9.7: a copy read twice within it at one desk is one scan
CARD_STAYS_OPEN = timedelta(minutes=5)  # policy: a card forgotten on a desk closes by itself
BOOK_DROP_FURTHEST = timedelta(days=14)  # 4.5 policy: longer than the longest closure
NOT_ARRIVED_AFTER = timedelta(days=7)  # 5.8: then a copy on its way stands on the list 未着
WANTED_PER_COPY = 5  # policy: so many waiting for each copy, and buying is considered

# --- Terminals in the library (8) -------------------------------------------------------------

TERMINAL_SESSION_EXPIRY = timedelta(seconds=60)  # 8.2: then whoever was here has gone away
TERMINAL_WARNING = timedelta(seconds=20)  # 8.2 policy: before that, time to read and to answer
TERMINAL_REPORT = timedelta(seconds=10)  # safety 11: how often a page reports touch and typing
ENROLMENT_CODE_DIGITS = 12  # 8.2 policy: typed once by hand, not to be guessed in half an hour
ENROLMENT_CODE_GOOD_FOR = timedelta(minutes=30)  # 8.2 policy: the walk from desk to device
DEVICE_COOKIE_KEPT = timedelta(days=400)  # the longest browsers keep one; renewed at each visit

# --- How the pages look ------------------------------------------------------------------------

DISPLAY_KEPT = timedelta(days=400)  # the choice of larger letters: the longest browsers keep it

# --- Children's coming and going (8.3) ----------------------------------------------------------

CHILDREN_UNDER = 18  # 8.3 policy: full age by the Civil Code
SAME_PRESS = timedelta(minutes=1)  # 8.3 policy: an impatient second press is no second visit
VISIT_MAIL_LATE = timedelta(minutes=15)  # 7.5 policy: from this delay on the mail mentions it first
# 8.3 policy: long enough to check a day, too short for a record of a child's life.
VISITS_KEPT = timedelta(days=30)

# --- Favourites (6.2) -------------------------------------------------------------------------

FAVOURITE_LISTS = 5  # seed
FAVOURITES_IN_A_LIST = 300  # policy: what one page can show and one person can look through

# --- Calendar (11 policy) ---------------------------------------------------------------------

SPECIAL_DAYS_AHEAD = timedelta(days=60)  # on a branch's page: as far as families plan
YEAR_END_FIRST_CLOSED = (12, 29)
NEW_YEAR_LAST_CLOSED = (1, 3)

# --- Mail (7) ---------------------------------------------------------------------------------

MAIL_DOMAIN = "library.akiruno.tokyo.jp"  # 3.3 seed: the domain patrons are told to allow
MAIL_FROM = f"あきる野市図書館 <info@{MAIL_DOMAIN}>"  # 7.1 seed
OUTBOX_SWEEP = timedelta(seconds=15)  # catches what no wake-up reached
JOBS_SWEEP = timedelta(seconds=15)  # hands out the jobs that are due and not done
BOUNCES_SWEEP = timedelta(minutes=5)
MAIL_LEASE = timedelta(minutes=5)  # longer than any conversation; then a dead sender's are free
MAIL_LEASE_IN_ANSWERS = 10  # so many silences of a server fit into the lease of its sender
MAIL_ANSWER_WITHIN = timedelta(seconds=30)  # a server that says nothing for longer is in trouble
MAIL_BATCH = 50  # mails over one connection
MAIL_RUN = timedelta(seconds=30)  # one turn of a sender; others want the worker, too
MAIL_RETRY_FIRST = timedelta(minutes=1)  # doubled with each failure …
MAIL_RETRY_LONGEST = timedelta(hours=2)  # … up to this …
MAIL_PUT_OFF = timedelta(days=1)  # 3.3 policy: from then on who waits for a book is telephoned
MAIL_GIVES_UP = timedelta(days=5)  # … and until this, where the notice says nothing shorter
MAIL_SERVER_BACKOFF_FIRST = timedelta(seconds=15)  # the same, when the server itself fails
MAIL_SERVER_BACKOFF_LONGEST = timedelta(minutes=5)
MAIL_FAILURES_LISTED = timedelta(days=7)  # policy: what staff look through once a week
MAIL_STATES_COUNTED = timedelta(hours=24)  # policy: what became of the mails of a day
MAIL_KEPT = timedelta(days=90)  # policy: as long as somebody may ask what was sent
MAIL_LATE = timedelta(minutes=15)  # the oldest unsent mail raises an alarm then
ALARMS_SWEEP = timedelta(minutes=1)  # so often what is wrong is looked for …
ALARM_REPEATED = timedelta(hours=1)  # … and so often the same thing is told
STUCK_AFTER = timedelta(minutes=10)  # a process whose loop stands still for longer ends
# Changes reach the index within a second; then something is wrong.
INDEX_LATE = timedelta(minutes=1)
QUEUE_LONG = 500  # tasks: the worker does not keep up
HELD_BACK_MANY = 500  # policy: so many asked to wait at once, and somebody may be trying numbers
PULSE_MISSED = timedelta(minutes=5)  # work that comes round each minute is missed then
NEWSLETTER_EVERY = timedelta(days=7)  # 7.4 seed
NEWSLETTER_WEEKDAY = calendar.SATURDAY  # 7.4 seed
NEWSLETTER_AT = time(15, 30)  # 7.4 seed
NEWSLETTER_ENTERED_LATE = timedelta(days=14)  # policy: what was accepted then and entered later
NEWSLETTER_PREVIEW = timedelta(days=28)  # "what would have come": enough weeks to judge by
NEWSLETTER_TITLES = 40  # titles in one mail: more are a link away
NEWSLETTER_AUTHORS = 50  # names a patron may give
DUE_SOON = timedelta(days=3)  # 7.3 seed
OVERDUE_MAIL = True  # 4.6 policy: the switch
OVERDUE_FIRST = timedelta(days=1)  # 4.6 policy: after the due day …
OVERDUE_AGAIN = timedelta(days=7)  # … and so long after the first time
MORNING_MAILS_AT = time(9)  # 7.3 policy: before the way to the library, and not at night
CARD_EXPIRES_SOON = timedelta(days=30)  # 2.6 policy: time to come once with what is needed
TEST_MAILS_A_DAY = 3  # as many as confirmation mails (safety 9)
TEST_MAIL_GIVES_UP = timedelta(hours=1)
NOTICES_LISTED = 100
NEWS_ON_THE_HOME_PAGE = 5
NEWS_SWEEP = timedelta(seconds=15)
NEWS_PORTION = 500  # patrons a portion: after each it can be stopped
HOLD_READY_DELAY = timedelta(minutes=10)  # several that become ready together make one mail

# --- Search -----------------------------------------------------------------------------------

QUERY_MAX_CHARACTERS = 200
QUERY_MAX_TERMS = 10
RESULTS_PER_PAGE = 20
SUGGESTIONS = 8  # while typing: what a phone shows above its keyboard
SEARCH_ROWS = 16  # of the detailed search: as many as all other fields together need
FIRST_CLAUSES = 5
SET_LARGEST = 20  # volumes put in the basket by one press: no more can be reserved (5.3)
RESULTS_REACHABLE = 10_000  # beyond this offset readers are asked to narrow the search

# --- Browsing ---------------------------------------------------------------------------------

NEW_FOR = timedelta(days=365)  # what came within a year is told as new
NEW_REACHABLE = 1_000  # titles: who looks for older ones searches by year
RANKING_LENGTH = 100
NEIGHBOURS_ON_THE_SHELF = 6  # to each side
RELATED_SHELVES_KEPT = timedelta(minutes=10)  # neighbours on the shelf and rankings change seldom
COUNTS_KEPT = timedelta(hours=1)  # how many titles a class has, and what they are about
SUBJECTS_LOOKED_THROUGH = 20_000  # latest titles whose subjects are counted
SUBJECTS_OF_A_CLASS = 18  # as many as are taken in at a glance
CHOICES_KEPT = timedelta(seconds=5)  # names of branches and of kinds of material

# --- Being there (safety 22, policy) -----------------------------------------------------------

PAGES_A_SECOND = 20  # for an address nobody knows: a whole school behind one router reads slower
PAGES_AT_ONCE = 600  # … and what may come at once before that counts
READINESS_KEPT = timedelta(seconds=5)  # whoever asks each second does not reach the database
SECURITY_CONTACT_HOLDS = timedelta(days=365)  # RFC 9116 wants less than a year or so
COST_OF_A_SUGGESTION = 0.2  # of a page: typing asks at every stroke

# --- Working on rows --------------------------------------------------------------------------

LOCK_TIMEOUT = timedelta(seconds=2)
LOCK_ATTEMPTS = 4  # the first and three retries
IMPORT_BATCH = 1_000  # rows a transaction: a longer one would hold the search feed back
