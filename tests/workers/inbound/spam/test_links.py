"""Where a mail leads."""

import pytest

from workers.inbound.spam.links import LINKS, Link, links, site


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://www.Example.test/a/b?c.", Link("www.example.test", "a/b?c.", odd=False)),
        ("(http://example.test)", Link("example.test", "", odd=False)),
        ("http://example.test:80/", Link("example.test", "", odd=False)),
        ("http://bank.test@10.0.0.1/x", Link("10.0.0.1", "x", odd=True)),
        ("http://10.0.0.1:8123", Link("10.0.0.1", "", odd=True)),
        ("http://%77%77.test/", Link("%77%77.test", "", odd=True)),
        ("http://example.test?a=b@c", Link("example.test", "", odd=False)),
    ],
)
def test_links_of_a_text(text: str, found: Link):
    assert links(text, None) == (found,)


def test_a_page_shows_a_host_beside_the_one_it_leads_to():
    page = '<p><a href="https://evil.test/login" rel="noopener">www.bank.test/login</a> <a href="https://a.test/">here</a></p>'
    assert links("", page) == (
        Link("evil.test", "login", odd=False, shown="www.bank.test"),
        Link("a.test", "", odd=False),
    )


def test_there_is_an_end_to_it():
    text = " ".join(f"http://h{number}.test/" for number in range(1_000))
    assert len(links(text, None)) == LINKS


def test_the_site_of_a_host():
    assert [site("www.shop.example.test"), site("example.test"), site("10.1.2.3"), site("")] == [
        "example.test",
        "example.test",
        "10.1.2.3",
        "",
    ]
