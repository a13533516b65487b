"""The newsletter (rule 7.4): what each reader chose, and which titles each issue announced."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from catalog.models import Bib
from patrons.models.patron import Patron


class NewsletterGenre(models.Model):
    """A genre that a reader chose, by its code (patrons/newsletter/matching.py)."""

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="newsletter_genres")
    genre = models.CharField("分野", max_length=40)

    class Meta:
        verbose_name = "お便りの分野"
        verbose_name_plural = "お便りの分野"
        indexes = [models.Index(fields=["genre", "patron"], name="newsletter_by_genre")]
        constraints = [
            models.UniqueConstraint(fields=["patron", "genre"], name="newsletter_genre_once"),
        ]

    def __str__(self) -> str:
        return self.genre


class NewsletterAuthor(models.Model):
    """An author: the name as the reader wrote it, and its folded form for comparison."""

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="newsletter_authors")
    name = models.CharField("名前", max_length=60)
    folded = models.CharField("くらべる形", max_length=120)

    class Meta:
        ordering = ["patron", "id"]
        verbose_name = "お便りの著者"
        verbose_name_plural = "お便りの著者"
        indexes = [models.Index(fields=["folded", "patron"], name="newsletter_by_author")]
        constraints = [
            models.UniqueConstraint(fields=["patron", "folded"], name="newsletter_author_once"),
        ]

    def __str__(self) -> str:
        return self.name


class NewsletterIssue(models.Model):
    """The issue of one Saturday: what came since the issue before it."""

    number = models.PositiveIntegerField("号", unique=True)
    day = models.DateField("日", unique=True)
    made_at = models.DateTimeField("作成")

    class Meta:
        ordering = ["-number"]
        verbose_name = "新着のお便り"
        verbose_name_plural = "新着のお便り"

    def __str__(self) -> str:
        return f"第{self.number}号"


class NewsletterTitle(models.Model):
    """A title of an issue. A bib appears in one issue only, whatever day it was accepted on."""

    issue = models.ForeignKey(NewsletterIssue, on_delete=models.CASCADE, related_name="titles")
    bib = models.OneToOneField(Bib, on_delete=models.CASCADE, related_name="+")
    genres = ArrayField(models.CharField(max_length=40), verbose_name="分野")
    authors = ArrayField(models.CharField(max_length=300), verbose_name="著者のくらべる形")

    class Meta:
        verbose_name = "お便りの資料"
        verbose_name_plural = "お便りの資料"

    def __str__(self) -> str:
        return f"bib {self.bib_id}"
