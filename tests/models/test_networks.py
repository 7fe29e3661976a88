"""Public addresses are let through, special ones in every wrapping are not, unless the installation names them."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.cli.problems import sentence
from models.networks import may_be_reached
from models.settings import Settings
from tests.models.sealing import fresh_keys

PUBLIC = (
    "8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "11.0.0.1", "192.1.0.1", "223.255.255.255", "169.253.0.1",
    "2a00:1450:4001:800::2005", "2606:4700::1111", "2001:4860:4860::8888", "2400:cb00::1",
    "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1", "::ffff:0:8.8.8.8",
)  # fmt: skip
SPECIAL = (
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "fe80::1", "fe80::1%lo", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1", "100::1",
    "2001::1", "2001:10::1", "2001:db8::1", "3fff::1", "64:ff9b:1::7f00:1", "5f00::1", "4000::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1",
    "2002:c0a8:101::1",
)  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_may_be_reached(address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    with fresh_keys(monkeypatch, tmp_path):
        assert may_be_reached(address)


@pytest.mark.parametrize("address", SPECIAL)
def test_what_is_special_may_not(address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    with fresh_keys(monkeypatch, tmp_path):
        assert not may_be_reached(address)


def test_an_installation_may_allow_its_own_networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    with fresh_keys(monkeypatch, tmp_path, own_networks=" 10.1.0.0/16, fd00::/8,192.168.1.7 ,"):
        for allowed in ("10.1.2.3", "::ffff:10.1.2.3", "fd12::1", "192.168.1.7"):
            assert may_be_reached(allowed), allowed
        for refused in ("10.2.0.1", "fc00::1", "192.168.1.8", "127.0.0.1"):
            assert not may_be_reached(refused), refused


@pytest.mark.parametrize("said", ["10.0.0.0/33", "our network", "10.0.0.0/8 fd00::/8", "*"])
def test_what_is_no_network_is_said_at_once(said: str, tmp_path: Path):
    with pytest.raises(ValidationError) as refused:
        Settings(data=tmp_path, own_networks=said)
    assert "POSTERN_OWN_NETWORKS: Value error" in str(sentence(refused.value))
    assert "is no network" in str(sentence(refused.value))
