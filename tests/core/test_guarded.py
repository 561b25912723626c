"""Which addresses are called: none inside the house, however written (RELIABILITY, address guard)."""

import socket

import pytest

from kol_crm.core import guarded

INSIDE = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.9",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "2001:0:7f00:1::1",
)
OUTSIDE = ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34")


def resolving(monkeypatch, *addresses):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(guarded.socket, "getaddrinfo", lambda *_asked, **_more: found)


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_the_house_is_refused(monkeypatch, address):
    resolving(monkeypatch, address)
    with pytest.raises(guarded.Refused, match="internal address"):
        guarded.checked("hook.example", 443)


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_outside_is_called(monkeypatch, address):
    resolving(monkeypatch, address)
    assert guarded.checked("hook.example", 443)


def test_one_bad_address_of_a_name_refuses_them_all(monkeypatch):
    resolving(monkeypatch, *OUTSIDE, "10.0.0.1")
    with pytest.raises(guarded.Refused):
        guarded.checked("hook.example", 443)


def test_other_ports_than_those_of_the_web_are_refused(monkeypatch):
    resolving(monkeypatch, OUTSIDE[0])
    with pytest.raises(guarded.Refused, match="port 25"):
        guarded.checked("hook.example", 25)


def test_a_network_of_the_house_is_called_where_the_installation_allows_it(monkeypatch, settings):
    settings.OUTGOING_ALLOW = ["10.0.0.0/8"]
    resolving(monkeypatch, "10.1.2.3")
    assert guarded.checked("hook.example", 8080) == ["10.1.2.3"]
    resolving(monkeypatch, "192.168.1.1")
    with pytest.raises(guarded.Refused):
        guarded.checked("hook.example", 443)
