"""Writes sample packets and what is true about them (``python -m samples.generate --out samples/out --count 20``)."""

import argparse
import json
from datetime import UTC, date, datetime
from pathlib import Path

from samples.hostile import HOSTILE
from samples.packets import NAMED, BuiltPacket, Delivery, load_shelf, named_packet, random_packet


def main() -> None:
    options = _options()
    out: Path = options.out
    manifest = {
        **write_named(out, options.today),
        **write_random(out / "random", options.today, options.seed, options.count),
        **write_hostile(out / "hostile"),
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(manifest)} files in {out}; manifest.json says what is in each")  # noqa: T201


def write_named(out: Path, today: date) -> dict[str, dict[str, object]]:
    """The named packets; returns their part of the manifest, by file path below ``out``."""
    return {f"{name}.pdf": _write(out, named_packet(name, today), sample.delivery) for name, sample in NAMED.items()}


def write_random(out: Path, today: date, seed: int, count: int) -> dict[str, dict[str, object]]:
    """``count`` random fillable packets, numbered from ``seed``."""
    built = (random_packet(number, today) for number in range(seed, seed + count))
    return {f"{out.name}/{packet.name}.pdf": _write(out, packet, Delivery.FILLABLE) for packet in built}


def write_hostile(out: Path) -> dict[str, dict[str, object]]:
    """The files that must be refused."""
    out.mkdir(parents=True, exist_ok=True)
    agent = load_shelf().producers[0].code
    manifest: dict[str, dict[str, object]] = {}
    for name, (make, cause) in HOSTILE.items():
        (out / f"{name}.pdf").write_bytes(make())
        manifest[f"{out.name}/{name}.pdf"] = {"agent": agent, "refused": cause.value}
    return manifest


def _write(out: Path, built: BuiltPacket, delivery: Delivery) -> dict[str, object]:
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{built.name}.pdf").write_bytes(built.content)
    truth = built.truth
    values = {path: value if isinstance(value, (int, tuple)) else str(value) for path, value in truth.values.items()}
    return {
        "agent": truth.agent_code,
        "carrier": truth.carrier,
        "forms": truth.forms,
        "delivery": delivery.value,
        "defects": truth.defects,
        "rules": sorted(truth.rules),
        "values": values,
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m samples.generate", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("samples/out"), help="folder to write to")
    parser.add_argument("--seed", type=int, default=1, help="number of the first random packet")
    parser.add_argument("--count", type=int, default=0, help="how many random packets beside the named ones")
    parser.add_argument(
        "--today",
        type=date.fromisoformat,
        default=datetime.now(UTC).date(),
        help="the day the packets are dropped (default: today); signatures are dated a few days before it",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
