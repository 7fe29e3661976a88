import pytest

from workers.outbound.pace import destination, wants_less


@pytest.mark.parametrize(
    ("answer", "less"),
    [
        ("421 4.7.28 Our system has detected an unusual rate of mail", True),
        ("450 4.7.1 Error: too many messages from you", True),
        ("451 4.7.650 The mail server has been temporarily rate limited", True),
        ("452 4.5.3 Too many recipients", True),
        ("450 4.2.0 Greylisted, try again in 300 seconds", False),
        ("452 4.2.2 The mailbox exceeded its quota", False),
        ("450 4.1.1 try again later", False),
        ("550 5.7.1 too many messages", False),
        ("the relay is away", False),
    ],
)
def test_which_refusals_ask_for_less(answer: str, less: bool) -> None:
    assert wants_less(answer) is less


def test_a_destination_is_the_domain_in_any_letters() -> None:
    assert destination("a@b@Example.ORG") == "example.org"
