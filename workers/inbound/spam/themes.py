"""Turns of phrase that hardly anybody writes to a helpdesk, by what they are about."""

import re
from operator import itemgetter
from string import punctuation

THEMES: dict[str, tuple[str, ...]] = {
    "medicine": (
        "viagra", "cialis", "levitra", "human growth hormone", "online pharmacy", "lose weight", "weight loss",
        "no prescription", "penis", "erection", "diet pill",
    ),
    "sex": (
        "adult site", "xxx", "hardcore", "horny", "hot girls", "live girls", "adult content", "porn", "webcam girl",
        "lesbian", "meet singles", "sexy women",
    ),
    "loans": (
        "mortgage rate", "lowest rates", "refinance", "bad credit", "credit card debt", "consolidate your",
        "life insurance", "interest rates are", "get out of debt", "loan offer", "home loan",
    ),
    "riches": (
        "make money", "financial freedom", "work from home", "extra income", "money making", "earn $",
        "be your own boss", "multi-level", "income potential", "home based business", "home-based business",
        "get rich", "passive income",
    ),
    "inheritances": (
        "next of kin", "million united states dollars", "million dollars", "us dollars", "u.s. dollars",
        "foreign account", "late husband", "utmost confidence", "strictly confidential business", "beneficiary of",
        "compensation fund", "diplomatic courier", "sum of us$", "deceased client",
    ),
    "lotteries": (
        "you have won", "you've won", "winning number", "claim your prize", "lottery winner", "congratulations! you",
    ),
    "mass mailing": (
        "million email", "bulk email", "email addresses on", "opt-in list", "email marketing software",
        "targeted traffic", "guest post", "seo services", "rank your website", "first page of google", "backlinks",
        "search engine submission", "redesign your website", "leads database",
    ),
    "wallets": (
        "bitcoin wallet", "recover your crypto", "crypto investment", "seed phrase", "wallet will be suspended",
        "forex trading", "trading platform", "recorded you", "i infected your",
    ),
    "passwords": (
        "verify your account", "account has been suspended", "account will be closed", "confirm your identity",
        "unusual sign-in activity", "mailbox is almost full", "mailbox quota", "password expires today",
        "validate your mailbox", "update your billing information",
    ),
    "urgency": (
        "act now", "order now", "limited time offer", "while supplies last", "risk free", "risk-free", "100% free",
        "satisfaction guaranteed", "money back guarantee", "money-back guarantee", "no obligation", "absolutely free",
        "call now", "click here now", "special promotion", "as seen on",
    ),
    "leaving": (
        "to be removed from", "removed from our mailing list", "remove in the subject", "removed from future mailing",
        "click here to be removed", "to be taken off", '"remove" in the subject', "wish to be removed",
        "reply with remove", "remove as the subject",
    ),
}  # fmt: skip


_BREAKS = bytes.maketrans(punctuation.encode(), b" " * len(punctuation))
_WORD = re.compile(r"[a-z0-9]+")
_START = itemgetter(slice(3))
_WORDS: dict[bytes, list[tuple[bytes, str]]] = {}
_PHRASES: dict[bytes, list[tuple[str, str]]] = {}
for _theme, _phrases in THEMES.items():
    for _phrase in _phrases:
        if _phrase.isalpha():
            _WORDS.setdefault(_START(_phrase.encode()), []).append((f" {_phrase}".encode(), _theme))
        else:
            _whole = _WORD.findall(_phrase)  # the last may go on in a mail
            _PHRASES.setdefault(max(_whole[:-1] or _whole, key=len).encode(), []).append((_theme, _phrase))


def themes_of(said: str) -> tuple[str, ...]:
    """What a text in lower case talks about, of these; a phrase is looked for only where a word of it stands."""
    plain = said.encode("ascii", "replace").translate(_BREAKS)
    words = set(plain.split())
    found = {theme for word in _PHRASES.keys() & words for theme, phrase in _PHRASES[word] if phrase in said}
    if begun := _WORDS.keys() & set(map(_START, words)):
        spaced = b" " + plain
        found.update(theme for start in begun for word, theme in _WORDS[start] if word in spaced)
    return tuple(theme for theme in THEMES if theme in found)
