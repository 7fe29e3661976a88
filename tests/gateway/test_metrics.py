"""How the door counts."""

from gateway.metrics import Histogram


def test_buckets_are_cumulated():
    seconds = Histogram()
    for one in (0.001, 0.005, 0.02, 7.0):
        seconds.observe(one)
    found = dict(seconds.buckets())
    assert (found["0.005"], found["0.01"], found["0.025"], found["5.0"], found["+Inf"]) == (2, 2, 3, 3, 4)
    assert seconds.total == 7.026
