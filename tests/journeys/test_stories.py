"""Plays each `NN_story/`: mails as they are, what is expected of each in `expect.toml`."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.stage import Stage, body, reply_to

HERE = Path(__file__).parent
STORIES = sorted(path.parent.name for path in HERE.glob("*/expect.toml"))
pytestmark = pytest.mark.xdist_group("system")


class Story:
    """A story while it is played: tickets get the labels that its steps use."""

    def __init__(self, stage: Stage, name: str) -> None:
        self.stage = stage
        self.folder = HERE / name
        self.tickets: dict[str, str] = {}

    def play(self) -> None:
        """All steps in order."""
        for step in tomllib.loads((self.folder / "expect.toml").read_text())["step"]:
            self.step(step)

    def step(self, step: Mapping[str, Any]) -> None:
        """One mail, and everything that is said to follow from it."""
        words = {"domain": self.stage.domain} | self.cited(step)
        content = self.fill((self.folder / step["mail"]).read_text(), words).replace("\n", "\r\n").encode()
        to = self.fill(step.get("to", "support@{domain}"), words)
        mail = self.stage.send(content, self.fill(step["from"], words), [to])
        assert mail["stage"] == step.get("stage", "filed"), mail
        assert step.get("reason", "") in (mail["reason"] or "")
        expected = sorted(self.fill(one, words) for one in step.get("letters", []))
        letters = self.stage.letters()
        assert sorted(f"{one.letter} {one.recipient}" for one in letters) == expected
        for letter in letters:
            assert all(said in body(letter.message) for said in step.get("says", {}).get(letter.letter, []))
            assert not any(said in letter.message.as_string() for said in step.get("never_says", []))
        if "ticket" in step:
            self.check_ticket(step, mail["ticket"], words)

    def cited(self, step: Mapping[str, Any]) -> dict[str, str]:
        """What a mail client takes from the letter that a step answers or cites."""
        if not (name := step.get("answers") or step.get("cites")):
            return {}
        letter = self.stage.last(name).message
        home = letter["Return-Path"].strip("<>")
        return {"reply_to": reply_to(letter), "cited": letter["Message-ID"], "return_path": home}

    def check_ticket(self, step: Mapping[str, Any], number: str, words: Mapping[str, str]) -> None:
        """The ticket a mail landed on, and its last comment."""
        label = step["ticket"]
        assert self.tickets.setdefault(label, number) == number, "it landed on another ticket"
        assert sorted(self.tickets.values()) == sorted(set(self.tickets.values())), "two labels, one ticket"
        shown = self.stage.desk("ticket", "show", number, "--org", self.stage.slug)
        for name, value in step.get("sees", {}).items():
            found = len(shown[name]) if name == "comments" else shown[name]
            found = found["address"] if isinstance(found, dict) else found
            assert found == (self.fill(value, words) if isinstance(value, str) else value), name
        for name, value in step.get("comment", {}).items():
            found = shown["comments"][-1][name]
            found = [one["name"] for one in found] if name == "attachments" else found
            assert found == (self.fill(value, words) if isinstance(value, str) else value), name

    @staticmethod
    def fill(text: str, words: Mapping[str, str]) -> str:
        """Put the story's own addresses into a text."""
        for name, value in words.items():
            text = text.replace("{" + name + "}", value)
        return text


@pytest.mark.parametrize("name", STORIES)
def test_story(stage: Stage, name: str):
    Story(stage, name).play()
