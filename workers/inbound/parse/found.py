"""What is found in the parts of a mail, while they are walked through."""

from dataclasses import dataclass, field

from workers.inbound.mail import Attachment


@dataclass(slots=True)
class Words:
    """One stretch of what was written, as text, as HTML, or as both."""

    plain: str | None = None
    html: str | None = None
    clean: str | None = None  # the HTML sanitised, where it may be shown


@dataclass(slots=True)
class Found:
    """What a part of the tree holds, in order."""

    words: list[Words] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)  # Content-Location to Content-ID
    unreadable: str | None = None

    def add(self, other: "Found") -> None:
        """Append what follows."""
        self.words += other.words
        self.attachments += other.attachments
        self.marks += other.marks
        self.places |= other.places
        self.unreadable = self.unreadable or other.unreadable

    @property
    def empty(self) -> bool:
        """No word of text was found."""
        return not any((words.plain or "").strip() or words.html for words in self.words)
