"""The filter on real mail: what half of it taught judges the other half."""

import pytest

from tests import corpus
from tests.scores import spam

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(corpus.FOLDER is None, reason="POSTERN_CORPUS is not set"),
]


def share(kept: tuple[int, int]) -> float:
    assert kept[1] > 100
    return kept[0] / kept[1]


def test_spam_is_caught_and_ham_is_not():
    """Ham is as safe as was promised; of spam less is caught than was (`spam.GOALS`), and no less than this."""
    assert corpus.FOLDER
    found = spam.measure(corpus.FOLDER)
    taught = {name: share(found.rate(name)) for name in spam.GROUPS}
    assert taught["spam"] >= 0.91
    assert taught["easy ham"] <= 0.005
    assert taught["hard ham"] <= 0.03
    untaught = [found.rate(name, taught=False) for name in ("easy ham", "hard ham")]
    assert sum(kept for kept, _ in untaught) / sum(total for _, total in untaught) <= 0.002
    assert share(found.rate("spam", taught=False)) > 0.03
