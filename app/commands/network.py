"""Under which addresses the local network finds this machine."""

import fcntl
import socket
import struct
from ipaddress import ip_address

EVERYWHERE = ("0.0.0.0", "::")
SIOCGIFADDR = 0x8915  # linux/sockios.h: the IPv4 address of an interface


def own_address() -> str:
    """The address by which the local network reaches this machine: what the codes must say when it
    listens to all. 127.0.0.1 without a network. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 1))  # RFC 5737: nobody lives there, no packet leaves
        except OSError:
            return "127.0.0.1"
        return probe.getsockname()[0]


def addresses_of_all() -> list[str]:
    """Every IPv4 address of this machine but its loopback, the most likely one first."""
    found = [own_address(), *_of_interfaces()]
    return [one for one in dict.fromkeys(found) if not ip_address(one).is_loopback]


def web_host(address: str) -> str:
    """The address as a URL writes it: IPv6 in brackets."""
    return f"[{address}]" if ":" in address else address


def _of_interfaces():
    """One address an interface where the system tells (Linux); else those of the machine's name."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _number, name in socket.if_nameindex():
            try:
                reply = fcntl.ioctl(probe, SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
            except OSError:  # an interface without an address, or another system
                continue
            found.append(socket.inet_ntoa(reply[20:24]))
    return found or _of_name()


def _of_name():
    try:
        return [row[4][0] for row in socket.getaddrinfo(socket.gethostname(), 0, socket.AF_INET)]
    except OSError:
        return []
