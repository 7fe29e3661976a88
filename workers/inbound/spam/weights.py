"""How much a token counts beside the others, by its kind.

Words of a text are most of the tokens, and follow one from another, as do the order of header fields and the words of
a link; by whom and over which servers a mail came is told by few, and is what a sender can change least.

Chosen by hand, then moved a little by a fit that was pulled back to that, and rounded: a free fit to half of the mails
was worse on the others.
"""

WORD, PAIR, OTHER, PROGRAM, SITE, WAY, PEOPLE, LOOKS = 0.4, 0.65, 1.0, 1.25, 1.3, 2.0, 3.0, 5.0
_PAIR = ("then", "path")
_PROGRAM = ("mailer", "zone", "to", "from=")
_SITE = ("site", "return-path")
_WAY = (
    "way", "net", "hop0", "hop1", "net0", "net1", "helo0", "helo1", "rdns0", "rdns1", "sender", "errors-to", "local",
)  # fmt: skip
_PEOPLE = ("from", "own", "name", "reply")
_LOOKS = ("named",)  # how the sender's name is written: one token of each mail, by which programs give themselves away
_OF_KIND = {"long": WORD} | {
    kind: weight
    for kinds, weight in (
        (_PAIR, PAIR), (_PROGRAM, PROGRAM), (_SITE, SITE), (_WAY, WAY), (_PEOPLE, PEOPLE), (_LOOKS, LOOKS),
    )
    for kind in kinds
}  # fmt: skip


def weight_of(token: str) -> float:
    """The weight of a token of `words_of`; what has no kind before a colon is a word of the text."""
    kind, colon, _ = token.partition(":")
    return _OF_KIND.get(kind, OTHER) if colon else WORD
