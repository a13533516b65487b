"""Every verb: a function that `locked_transaction` frames. A new verb gets a line here.

The interleavings, the races and the state machine take their verbs from this list, and
tests/test_verbs.py compares it with the code, the table of rights, the help and the diagram of
states.
"""

from dataclasses import dataclass

JOB, ADMIN = "job ", "admin "


@dataclass(frozen=True)
class Verb:
    """Who may do it, where a patron reads of it, what it does to a reservation, and who tries it.

    `by` names addresses of tests/url_table.py, which say who may; or a job, or a table of
    the admin. `help` is a topic; every verb of a patron's page has one.
    `states` are labels of the diagram of states.

    `met` are its names in the interleavings, `raced` its weight in the race of all verbs, `model`
    its rules in the state machine. A verb that is in none of them says in `alone` why not.
    """

    by: tuple[str, ...]
    help: str = ""
    states: tuple[str, ...] = ()
    met: tuple[str, ...] = ()
    raced: int = 0
    model: tuple[str, ...] = ()
    alone: str = ""


OWN_ROWS = "It changes only rows of one patron, under the patron's lock; no queue reads them."
NO_LOCK_OF_BIBS = "It locks no bib and no copy, and changes nothing that a queue reads."
SELECTS_AGAIN = "It changes only rows that its own condition selects again under the lock."

RESERVATIONS = {
    "reservations.placing.place": Verb(
        ("counter:reserve", "reservations:place_again"),
        "reserve",
        ("place", "assign"),
        met=("place", "place again"),
        raced=2,
        model=("place",),
    ),
    "reservations.basket.confirm": Verb(
        ("reservations:confirm",), "reserve", ("place", "assign"), met=("confirm",)
    ),
    "reservations.basket._add_for": Verb(("reservations:add",), "reserve", alone=OWN_ROWS),
    "reservations.basket_sequence.form_sequence": Verb(
        ("reservations:basket_order",), "order", alone=OWN_ROWS
    ),
    "reservations.basket_sequence.move": Verb(
        ("reservations:basket_order",), "order", alone=OWN_ROWS
    ),
    "reservations.basket_sequence.leave_sequence": Verb(
        ("reservations:basket_order",), "order", alone=OWN_ROWS
    ),
    "reservations.cancelling.cancel": Verb(
        ("reservations:cancel",),
        "pickup",
        ("cancel",),
        met=("cancel what waits", "cancel what is fetched"),
        raced=1,
        model=("cancel",),
    ),
    "reservations.cancelling.cancel_by_staff": Verb(
        ("counter:end",),
        states=("cancel", "cancel, by staff"),
        met=("end by staff",),
        model=("end_by_staff",),
    ),
    "reservations.changing.change": Verb(
        ("reservations:change",), "pickup", met=("change",), raced=1, model=("change",)
    ),
    "reservations.changing.change_all_waiting": Verb(
        ("reservations:change_pickup",), "pickup", met=("change all",), model=("change_all",)
    ),
    "reservations.hold_shelf.lapse": Verb(
        (JOB + "lapse_overdue_holds",),
        states=("lapse, after the deadline",),
        met=("lapse",),
        raced=1,
        model=("deadline_passes",),
    ),
    "reservations.hold_shelf.release_early_claim": Verb(("counter:undo",), alone=SELECTS_AGAIN),
    "reservations.hold_shelf.release_wanted_back": Verb(
        (JOB + "lapse_overdue_holds",), alone=SELECTS_AGAIN
    ),
    "reservations.hold_shelf._move_deadline": Verb(
        ("library:day", JOB + "move_off_closed_days"), alone=SELECTS_AGAIN
    ),
    "reservations.material_requests.request": Verb(
        ("counter:reserve",), states=("request, by staff",), met=("request",)
    ),
    "reservations.material_requests.grant": Verb(
        ("counter:grant",), states=("grant",), met=("grant",)
    ),
    "reservations.material_requests.decline": Verb(
        ("counter:decline",), states=("decline",), met=("decline",)
    ),
    "reservations.merging.merge": Verb(
        ("counter:merge",), states=("cancel", "cancel, by staff"), met=("merge",)
    ),
    "reservations.no_copy_left.announce_no_copy_left": Verb(
        ("counter:list_action",), alone="It writes a notice and the log, and changes no state."
    ),
    "reservations.queue.offer_free_copies": Verb(
        (JOB + "offer_missed_copies",), states=("assign",), met=("offer",)
    ),
    "reservations.sequences.form_sequence": Verb(
        ("reservations:form_sequence",),
        "order",
        met=("put in order",),
        raced=1,
        model=("form_sequence",),
    ),
    "reservations.sequences.move_up": Verb(
        ("reservations:order",), "order", met=("move up",), model=("move_up",)
    ),
    "reservations.sequences.move_down": Verb(
        ("reservations:order",), "order", model=("move_down",)
    ),
    "reservations.sequences.leave_sequence": Verb(
        ("reservations:order",), "order", met=("take out",), model=("leave_sequence",)
    ),
    "reservations.sequences.dissolve": Verb(
        ("reservations:order",), "order", met=("lift",), model=("dissolve",)
    ),
    "reservations.sequences.remove_predecessor_without_copy": Verb(
        (JOB + "free_orders",), met=("free those behind",)
    ),
    "reservations.staff_actions.not_on_shelf": Verb(
        ("counter:list_action",),
        states=("release (lent to a visitor, not found)",),
        met=("not on its shelf",),
    ),
    "reservations.staff_actions.mark_missing": Verb(
        ("counter:list_action",),
        states=(
            "release",
            "release (did not arrive)",
            "release (lent to a visitor, not found)",
        ),
        met=("missing",),
        model=("lose",),
    ),
    "reservations.staff_actions.set_priority": Verb(
        ("counter:priority",), met=("prefer",), model=("set_priority",)
    ),
    "reservations.suspension.set_suspension": Verb(
        ("reservations:suspension",), "skip", met=("skip",), raced=1, model=("suspend",)
    ),
    "reservations.suspension.end_suspension": Verb(
        ("reservations:end_suspension",),
        "skip",
        met=("end the skip",),
        model=("end_suspension",),
    ),
}

CIRCULATION = {
    "circulation.lending.lend": Verb(
        ("counter:scan", "counter:return_and_lend"),
        states=("lend", "collect", "release (lent to a visitor, not found)"),
        met=("lend to a visitor", "collect"),
        raced=1,
        model=("lend_something", "lend_what_was_reserved"),
    ),
    "circulation.returning.take_back": Verb(
        ("counter:scan", "counter:return", "counter:list_scan"),
        states=(
            "return elsewhere",
            "return at the pickup branch",
            "fetch",
            "fetch and send",
            "arrive",
            "scanned at another branch",
        ),
        met=("return", "fetch", "arrive"),
        raced=2,
        model=("scan",),
    ),
    "circulation.undo.undo": Verb(("counter:undo",), met=("undo an arrival", "undo a loan")),
    "circulation.renewal.renew": Verb(
        ("circulation:renew", "counter:renew", "library:renew"), "renew", met=("renew",), raced=1
    ),
    "circulation.compensation.declare_damaged": Verb(
        ("counter:damaged",), states=("release", "release (did not arrive)"), met=("damaged",)
    ),
    "circulation.compensation.declare_lost": Verb(("counter:lost",), met=("lost",)),
    "circulation.acquisition._let_go": Verb(
        (JOB + "lend_past_issues", "counter:scan"), states=("assign",), alone=SELECTS_AGAIN
    ),
    "loans.closures._move": Verb(
        ("library:day", JOB + "move_off_closed_days"), alone=SELECTS_AGAIN
    ),
    "catalog.copies.interlibrary.give_back": Verb(
        (ADMIN + "catalog.copy",), alone="It takes only copies that no reservation has claimed."
    ),
}

PATRONS = {
    **{
        f"patrons.favourites.{name}": Verb(by, "favourites", alone=OWN_ROWS)
        for name, by in {
            "add_to_list": ("patrons:add_favourite", "reservations:favourite"),
            "make_list": ("patrons:favourites",),
            "move_entries": ("patrons:move_favourites",),
            "copy_entries": ("patrons:copy_favourites",),
            "take_out": ("patrons:take_out_favourites",),
            "move_up": ("patrons:arrange_favourites",),
        }.items()
    },
    **{
        f"patrons.counter_actions.{name}": Verb((ADMIN + "patrons.patron",), alone=OWN_ROWS)
        for name in ("reset_password", "bar", "issue_card", "rename")
    },
    "patrons.mail_address.change": Verb(("patrons:mail_address",), "mail", alone=OWN_ROWS),
    "patrons.mail_address.resend": Verb(("patrons:send_confirmation",), "mail", alone=OWN_ROWS),
    "patrons.mail_address.confirm": Verb(("patrons:confirm_address",), "mail", alone=OWN_ROWS),
    "patrons.mail_address.keep_as_given": Verb((ADMIN + "patrons.patron",), alone=OWN_ROWS),
    "patrons.password_change._write": Verb(("patrons:password",), "forgotten", alone=OWN_ROWS),
    "patrons.registration._give": Verb(("patrons:register",), "register", alone=OWN_ROWS),
    "patrons.reset_links._send": Verb(
        ("patrons:register", "patrons:reset"), "forgotten", alone=OWN_ROWS
    ),
    "patrons.resetting._reset_by_facts": Verb(("patrons:reset",), "forgotten", alone=OWN_ROWS),
    "patrons.resetting._reset_by_link": Verb(
        ("patrons:reset_by_link",), "forgotten", alone=OWN_ROWS
    ),
    "patrons.throttling.begin": Verb(
        ("patrons:login", "patrons:register", "patrons:reset", "children:answer", "staff:code"),
        "register",
        alone=NO_LOCK_OF_BIBS,
    ),
    "patrons.children.guardians.choose": Verb(("children:settings",), "children", alone=OWN_ROWS),
    "patrons.children.guardians.resend": Verb(("children:resend",), "children", alone=OWN_ROWS),
    "patrons.children.guardians.stop": Verb(("children:stop",), "children", alone=OWN_ROWS),
    "patrons.children.guardians.confirm": Verb(("children:confirm",), "children", alone=OWN_ROWS),
    "patrons.children.guardians._forget_unconfirmed": Verb(
        (JOB + "forget_unconfirmed_guardians",), alone=OWN_ROWS
    ),
    "patrons.children.guardians._end_by_itself": Verb((JOB + "end_of_childhood",), alone=OWN_ROWS),
    "patrons.children.guarding.end": Verb((ADMIN + "patrons.patron",), alone=OWN_ROWS),
    "patrons.children.guarding.send_link": Verb(
        ("children:send_replace_link",), "children", alone=OWN_ROWS
    ),
    "patrons.children.guarding.replace_by_link": Verb(
        ("children:replace",), "children", alone=OWN_ROWS
    ),
    "patrons.children.guarding.stop_by_link": Verb(
        ("children:replace",), "children", alone=OWN_ROWS
    ),
    "patrons.children.visits.note": Verb(("children:answer",), "children", alone=OWN_ROWS),
    "patrons.children.visits.forget_old": Verb(
        (JOB + "forget_visits",), alone="It deletes only rows that are past their last day."
    ),
}

VERBS: dict[str, Verb] = RESERVATIONS | CIRCULATION | PATRONS


def met() -> list[str]:
    """Return the names in the interleavings."""
    return [name for verb in VERBS.values() for name in verb.met]


def raced() -> list[str]:
    """Return the names of functions for the race, each as often as its weight says."""
    return [path.rpartition(".")[2] for path, verb in VERBS.items() for _ in range(verb.raced)]


def modelled() -> set[str]:
    """Return the rules of the state machine that are verbs."""
    return {name for verb in VERBS.values() for name in verb.model}
