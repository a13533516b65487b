from akiruno_library import policy
from akiruno_library.refusals import Refusal


class NewsletterOfNothing(Refusal):
    sentence = "新着のお便りには、分野か著者を1つ以上選んでください。"


class TooManyAuthors(Refusal):
    sentence = f"著者は{policy.NEWSLETTER_AUTHORS}人までです。いまの一覧を見直してください。"
