"""``python -m schemas.publish``: write the schemas, the AsyncAPI document and the page of events; or check them."""

import argparse
import json
import sys
import tomllib
from pathlib import Path

import yaml

from schemas.events import EVENT_TYPES
from schemas.publish.asyncapi import asyncapi
from schemas.publish.compatibility import breaks
from schemas.publish.events_page import events_page
from schemas.publish.json_schema import Json, json_schema

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "schemas" / "samples"
"""One event of each type, written by hand: the example in its schema."""
RELEASED = ROOT / "schemas" / "released"
"""The schemas of every release, never changed again."""


def schemas_today() -> dict[str, Json]:
    """Every event's schema, by event type."""
    return {event_type.type: json_schema(event_type, sample(event_type.type)) for event_type in EVENT_TYPES}


def schemas_released(release: Path) -> dict[str, Json]:
    """A release's schemas, by event type."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(release.glob("*.json"))}


def releases() -> list[Path]:
    """The folder of every release."""
    return sorted(path for path in RELEASED.iterdir() if path.is_dir())


def sample(event_type: str) -> Json:
    """The sample event of a type."""
    event: Json = json.loads((SAMPLES / f"{event_type}.json").read_text("utf-8"))
    return event


def generated() -> dict[Path, str]:
    """What every generated file is to hold."""
    release = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    document = yaml.dump(asyncapi(release), Dumper=_WithoutAnchors, sort_keys=False, allow_unicode=True, width=120)
    return {
        **{ROOT / "schemas" / "json" / f"{name}.json": _text(schema) for name, schema in schemas_today().items()},
        ROOT
        / "schemas"
        / "asyncapi.yaml": f"# Written by `python -m schemas.publish`: change the contracts, not this.\n{document}",
        ROOT / "docs" / "events.md": events_page(),
    }


def stale(files: dict[Path, str]) -> list[Path]:
    """Files that do not hold what they are to hold, and schemas of events that are no more."""
    differing = [path for path, text in files.items() if not path.exists() or path.read_text("utf-8") != text]
    return differing + [path for path in (ROOT / "schemas" / "json").glob("*.json") if path not in files]


def broken_promises() -> list[str]:
    """What today's schemas break of what any release promised."""
    today = schemas_today()
    return [f"{release.name}: {fault}" for release in releases() for fault in breaks(schemas_released(release), today)]


def write(files: dict[Path, str]) -> None:
    for path in stale(files):
        if path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[path], "utf-8")
        else:
            path.unlink()


class _WithoutAnchors(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True


def _text(schema: Json) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _release(version: str) -> str | None:
    """Keep today's schemas as those of a release; what speaks against it, if anything."""
    folder = RELEASED / version
    if folder.exists():
        return f"{folder} is there already, and a release is never changed. Choose another version."
    folder.mkdir(parents=True)
    for name, schema in schemas_today().items():
        (folder / f"{name}.json").write_text(_text(schema), "utf-8")
    return None


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m schemas.publish", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is stale")
    parser.add_argument("--release", metavar="VERSION", help="also keep today's schemas as those of this release")
    asked = parser.parse_args()
    faults = broken_promises()
    files = generated()
    if asked.check:
        faults += [f"{path.relative_to(ROOT)} is stale: run `make schemas`." for path in stale(files)]
    else:
        write(files)
    if asked.release and not faults and (refusal := _release(asked.release)):
        faults.append(refusal)
    print(*faults, sep="\n", file=sys.stderr, end="\n" if faults else "")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
