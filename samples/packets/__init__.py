"""Filled sample packets with their truth: clean ones, defective ones, fillable, flattened or scanned."""

from samples.packets.building import BuiltPacket, Delivery, Packet, Truth, build, load_shelf, random_packet
from samples.packets.named import NAMED, named_packet

__all__ = [
    "NAMED",
    "BuiltPacket",
    "Delivery",
    "Packet",
    "Truth",
    "build",
    "load_shelf",
    "named_packet",
    "random_packet",
]
