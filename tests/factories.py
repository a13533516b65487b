"""Rows for tests: plausible defaults, and only what a test says is different."""

from datetime import date

import factory
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.signing import get_cookie_signer
from django.test import Client
from factory.django import DjangoModelFactory

from akiruno_library.roles import ROLES
from catalog.copies import whereabouts
from catalog.models import Bib, Branch, Contribution, Contributor, Copy, MaterialType
from notifications.models import MailAddress
from patrons.models import Patron, Terminal, User
from patrons.terminal import enrolment_codes
from patrons.terminal.device import SALT

PASSWORD = "akiruno-2026"


def branch(code: str = "chuo") -> Branch:
    """One of the library's own four branches (a migration made them)."""
    return Branch.objects.get(code=code)


def material(code: str = "book") -> MaterialType:
    return MaterialType.objects.get(code=code)


class BibFactory(DjangoModelFactory):
    class Meta:
        model = Bib
        skip_postgeneration_save = True

    source = "test"
    source_key = factory.Sequence(lambda n: f"{n:06}")
    title = factory.Sequence(lambda n: f"あきる野の本{n}")
    title_reading = "アキルノ ノ ホン"
    publisher = "秋川書房"
    published = "2020"
    year = 2020
    ndc = "913.6"
    material_type = factory.LazyFunction(material)

    @factory.post_generation
    def authors(self, create: bool, names: list[str] | None) -> None:
        for position, name in enumerate(names or []):
            contributor, _ = Contributor.objects.get_or_create(name=name, reading="")
            Contribution.objects.create(bib=self, contributor=contributor, position=position)


class CopyFactory(DjangoModelFactory):
    """A copy on the shelf at home; BibStatus is told."""

    class Meta:
        model = Copy
        skip_postgeneration_save = True

    barcode = factory.Sequence(lambda n: f"{1100000000 + n}")
    bib = factory.SubFactory(BibFactory)
    home_branch = factory.LazyFunction(branch)
    current_branch = factory.SelfAttribute("home_branch")
    call_number = "913.6/ア"
    shelf = "一般"

    @factory.post_generation
    def counted(self, create: bool, extracted: object) -> None:
        whereabouts.count_copies([self.bib_id])


class MailAddressFactory(DjangoModelFactory):
    class Meta:
        model = MailAddress

    address = factory.Sequence(lambda n: f"patron{n}@example.jp")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    kind = User.Kind.PATRON
    password = "!"


class PatronFactory(DjangoModelFactory):
    """A grown-up with a valid card, no password and no mail address."""

    class Meta:
        model = Patron
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    card_number = factory.Sequence(lambda n: f"{30000000 + n}")
    name = "草花 一子"
    name_reading = "クサバナ カズコ"
    birth_date = date(1985, 4, 12)
    telephone = "042-000-9999"
    card_expires_on = date(2099, 3, 31)

    @factory.post_generation
    def password(self, create: bool, extracted: str | None) -> None:
        if extracted:
            self.user.set_password(extracted)
            self.user.save()

    @factory.post_generation
    def mail(self, create: bool, address: str | None) -> None:
        if address:
            self.mail_address = MailAddressFactory(address=address)
            self.save()


def staff(username: str = "counter", **facts: object) -> User:
    return User.objects.create_superuser(username, PASSWORD, **facts)


def staff_with_role(role: str) -> User:
    """Somebody of staff who may do what the role may, and nothing else."""
    user = User.objects.create_staff(role, PASSWORD)
    user.groups.add(Group.objects.get(name=ROLES[role].group))
    return user


def enrolled_terminal(name: str = "1階", code: str = "chuo") -> tuple[Terminal, str]:
    """A terminal of the branch, and the key that its device holds."""
    terminal = Terminal.objects.create(branch=branch(code), name=name)
    return enrolment_codes.enrol(enrolment_codes.issue_code(terminal))


def a_terminal(patron: Patron | None = None, *, name: str = "1階") -> Client:
    """The browser of an enrolled terminal; with somebody logged in there, if one is given."""
    client = Client()
    terminal, key = enrolled_terminal(name)
    signer = get_cookie_signer(salt=settings.TERMINAL_COOKIE_NAME + SALT)
    client.cookies[settings.TERMINAL_COOKIE_NAME] = signer.sign(key)
    if patron:
        client.force_login(patron.user, backend="patrons.backends.PatronBackend")
        session = client.session
        session["terminal"] = terminal.pk
        session.save()
    return client
