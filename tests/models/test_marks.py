"""Signed marks: what we wrote is read back, what anybody else wrote is not."""

import re

from hypothesis import given
from hypothesis import strategies as st

from models import marks
from models.base import uuid7
from models.settings import Settings

uuids = st.uuids(version=4)
handles = st.integers(0, 2**marks.HANDLE_BITS - 1)


@given(org=uuids, handle=handles)
def test_reply_address_round_trip(instance: Settings, org, handle):
    address = marks.reply_address("support@demo.test", org, handle)
    assert marks.read_tag(marks.tag_of(address), org) == ("r", handle)
    assert marks.read_tag(marks.tag_of(address.upper()), org) == ("r", handle), "some hosts fold the local part"
    bounce = marks.return_path("support@demo.test", org, handle)
    assert marks.read_tag(marks.tag_of(bounce), org) == ("b", handle)


@given(org=uuids, handle=handles, place=st.integers(1, 38), letter=st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_changed_tag_is_not_ours(instance: Settings, org, handle, place, letter):
    tag = marks.tag_of(marks.reply_address("support@demo.test", org, handle))
    changed = tag[:place] + letter + tag[place + 1 :]
    # The last character of the signature carries two spare bits: whatever they say, the decoded bytes must agree.
    assert changed == tag or marks.read_tag(changed, org) is None


def test_a_letter_is_named_by_its_message_id_and_by_its_addresses(instance: Settings):
    org, letter = uuid7(), uuid7()
    handle = marks.handle_of(letter)
    reply = marks.reply_address("support@demo.test", org, handle)
    for named in (marks.message_id(letter, org, "demo.test"), reply, marks.return_path("s@demo.test", org, handle)):
        assert marks.read_handle(named, org) == handle
        assert marks.read_handle(named, uuid7()) is None
    assert marks.read_handle("+" + reply.partition("+")[2], org) == handle
    assert [marks.read_handle(one, org) for one in ("", "<a@b>", "a+b@c", "+@")] == [None] * 4


def test_a_tag_counts_in_its_organization_and_kind_only(instance: Settings):
    org, other = uuid7(), uuid7()
    tag = marks.tag_of(marks.reply_address("support@demo.test", org, 7))
    assert marks.read_tag(tag, other) is None
    assert marks.read_tag("b" + tag[1:], org) is None
    assert marks.read_tag("", org) is None


def test_longest_local_part_fits(instance: Settings):
    address = marks.reply_address("x" * marks.LONGEST_LOCAL_PART + "@demo.test", uuid7(), 2**60 - 1)
    assert len(address.partition("@")[0]) == 64


def test_message_id_round_trip(instance: Settings):
    letter, org = uuid7(), uuid7()
    written = marks.message_id(letter, org, "demo.test")
    assert marks.read_message_id(written, org) == letter
    assert re.fullmatch(r"<[!-~]+@demo\.test>", written)
    assert marks.read_message_id(written.replace(letter.hex, uuid7().hex), org) is None
    assert marks.read_message_id(written, uuid7()) is None
    assert marks.read_message_id("<123@demo.test>", org) is None


def test_loop_mark(instance: Settings):
    org = uuid7()
    assert marks.is_our_loop(("nonsense", f" {marks.loop_mark(org)} "), org)
    assert not marks.is_our_loop((marks.loop_mark(uuid7()), "aaaaaaaaaaaaaaaaaaaaaaaaaa", "", "\u00e9"), org)


def test_an_older_key_goes_on_being_read(instance: Settings):
    org = uuid7()
    tag = marks.tag_of(marks.reply_address("support@demo.test", org, 1))
    older = marks.keys()
    path = instance.keys / "marks.json"
    before = path.read_text()
    try:
        path.write_text('["' + "00" * 32 + '", ' + before.lstrip("["))
        marks.keys.cache_clear()
        assert marks.keys()[1:] == older
        assert marks.read_tag(tag, org) == ("r", 1)
        assert marks.tag_of(marks.reply_address("support@demo.test", org, 1)) != tag
    finally:
        path.write_text(before)
        marks.keys.cache_clear()
