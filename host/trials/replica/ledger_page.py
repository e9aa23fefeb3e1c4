"""A small page on which a person can look into the ledger."""

import datetime as dt
from html import escape

from pressrun.simulator.ledger import Choice, Entry, Failure, Ledger, Limit, Picture, Submission

_LATEST = 60


def html(read: Ledger) -> str:
    """Return the counts and the latest entries, the newest first."""
    counts = {
        "submissions": len(read.submissions),
        "pictures": len(read.pictures),
        "failures": len(read.failures),
        "limits": len(read.limits),
    }
    cards = "".join(f"<div><strong>{count}</strong>{name}</div>" for name, count in counts.items())
    rows = "".join(_row(entry) for entry in reversed(read.entries[-_LATEST:]))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        "<title>Replica ledger</title>"
        '<link rel="icon" type="image/svg+xml" href="/assets/press.svg">'
        '<link rel="stylesheet" href="/assets/ledger.css"></head><body>'
        "<h1>Replica ledger</h1><p>What this local replica took, made and refused. "
        '<a href="/replica/ledger">Look again</a></p>'
        f'<section class="counts">{cards}</section>'
        "<table><thead><tr><th>time</th><th>what</th><th>conversation</th><th>of it</th></tr>"
        f"</thead><tbody>{rows}</tbody></table></body></html>"
    )


def _row(entry: Entry) -> str:
    when = dt.datetime.fromtimestamp(entry.time, dt.UTC).astimezone()
    conversation = "" if isinstance(entry, Limit) else entry.conversation[:8]
    return (
        f'<tr class="{entry.entry}"><td>{when:%H:%M:%S}</td><td>{entry.entry}</td>'
        f"<td><code>{conversation}</code></td><td>{escape(_gist(entry))}</td></tr>"
    )


def _gist(entry: Entry) -> str:
    match entry:
        case Submission():
            files = f", {len(entry.references)} files" if entry.references else ""
            return f"{entry.account}, {entry.mode}{files}: {entry.prompt[:120]}"
        case Picture():
            return (
                f"{entry.width}×{entry.height}, {entry.bytes:,} bytes, "
                f"take {entry.take}, sha256 {entry.sha256[:12]}"
            )
        case Choice():
            return f"picture {entry.ordinal} is better" if entry.ordinal else "poll skipped"
        case Failure():
            return f"{entry.kind}: {entry.text}"
        case Limit():
            return f"{entry.account}, {entry.kind}: {entry.text}"
