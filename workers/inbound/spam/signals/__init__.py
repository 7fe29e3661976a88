"""What speaks for or against spam without anything being taught, in the order in which it is asked.

Each says how much it weighs, in logits, and why. A mail of which nothing is known scores 0.02; it takes
several of these to reach the threshold, and that somebody answers us outweighs nearly all of them.
"""

from workers.inbound.spam.sight import Signal, StandingSignal
from workers.inbound.spam.signals import files, forgery, links, relation, sender, structure, subject, time, words

STANDING: tuple[StandingSignal, ...] = (relation.known, time.is_dated_ahead)
"""What neither its words nor its form tell, and nobody can teach."""

SIGNALS: tuple[Signal, ...] = (
    relation.by_list,
    sender.unknown,
    sender.names_another,
    sender.answers_elsewhere,
    sender.numbered,
    subject.shouts,
    subject.advertises,
    subject.is_spaced_out,
    subject.ends_in_a_code,
    structure.only_html,
    structure.lacks_headers,
    structure.hides_recipients,
    structure.is_wrapped,
    structure.has_an_odd_identifier,
    structure.says_it_in_bytes,
    structure.is_hardly_more_than_a_link,
    time.is_written_after_it_came,
    time.has_waited,
    forgery.is_of_no_zone,
    forgery.is_of_another_time,
    forgery.borrows_a_free_address,
    links.to_numbers,
    links.show_another,
    links.are_disguised,
    files.runs,
    files.hides_its_kind,
    words.themes,
    words.says_it_is_no_spam,
    words.greets_anybody,
)
