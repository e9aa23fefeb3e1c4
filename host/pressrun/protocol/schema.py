"""The JSON Schema of the protocol, and every file that is generated from it.

`python -m pressrun.protocol.schema` checks that the files are current (exit code 1 when one is
not); with `--write` it brings them up to date.
"""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from pressrun.protocol import calls, javascript
from pressrun.protocol.messages import base


def schema() -> dict[str, Any]:
    """One JSON Schema: every message under `$defs`, every call under `calls`."""
    models = {model for call in calls.CALLS.values() for model in (call.params, call.result)}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, definitions = models_json_schema(
        [(model, "validation") for model in ordered], ref_template="#/$defs/{model}"
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Pressrun protocol",
        "version": base.VERSION,
        "calls": {
            name: {
                "to": call.to.value,
                "params": {"$ref": f"#/$defs/{call.params.__name__}"},
                "result": {"$ref": f"#/$defs/{call.result.__name__}"},
                "by": sorted(end.value for end in call.by),
            }
            for name, call in sorted(calls.CALLS.items())
        },
        "errors": {code.name: int(code) for code in calls.Code},
        **definitions,
    }


def generated(root: Path) -> dict[Path, str]:
    """Each generated file of the project at `root`, with what should be in it."""
    whole = schema()
    return {
        root / "docs/protocol.schema.json": json.dumps(whole, indent=2) + "\n",
        root / "extension/types/protocol.d.ts": javascript.declarations(whole),
        root / "extension/worker/protocol.js": javascript.module(),
        root / "extension/page/protocol.js": javascript.script(),
    }


def main(arguments: list[str], root: Path) -> int:
    """Check or write the generated files; returns the exit code."""
    stale = [
        (path, text)
        for path, text in generated(root).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path, text in stale:
        if "--write" in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{'wrote' if '--write' in arguments else 'stale'}: {path}\n")
    return 1 if stale and "--write" not in arguments else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:], Path(__file__).parents[3]))
