"""A report as one page for browsers and paper, with nothing from elsewhere and no script."""

import datetime as dt
import html
import string
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pressrun import characters, words
from pressrun.protocol.messages.report import (
    KEYS,
    LibraryReport,
    ReportChapter,
    ReportCost,
    ReportFailure,
    ReportLimit,
    ReportSpan,
)
from pressrun.protocol.messages.style import OutlierStatus

MARK = '<meta name="generator" content="Pressrun report">'
"""Near its beginning: such a file may be written over."""

WIDTH, HEIGHT = 960, 190
"""Of the plot, in pixels of its own."""

_PARTS = ("made", "stale", "waiting", "stuck", "left")
"""The parts of a chapter's bar, from left to right."""

_PAGE = string.Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
$mark
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'">
<title>$title: report</title>
<style>
  :root { color-scheme: light dark; --paper: light-dark(#ffffff, #16181d);
    --ink: light-dark(#20222a, #eceef3); --quiet: light-dark(#5c6069, #a3a8b3);
    --rule: light-dark(#dcd8cf, #3a3f4a); --made: light-dark(#2a7d4d, #5dc48a);
    --stale: light-dark(#b0842a, #d9b25c); --waiting: light-dark(#b9bcc4, #5a6070);
    --stuck: light-dark(#b3372b, #f08a7e); --left: transparent; }
  * { box-sizing: border-box; }
  body { margin: 0 auto; max-width: 64rem; padding: 2.5rem clamp(1rem, 4vw, 3rem);
    background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
  h1 { margin: 0; font: 600 2rem/1.2 Georgia, serif; }
  h2 { margin: 2.4rem 0 .6rem; font: 600 1.25rem/1.3 Georgia, serif; break-after: avoid; }
  h1, h2, td, p, li { overflow-wrap: anywhere; }
  header p { margin: .3rem 0 0; color: var(--quiet); }
  .figures { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; margin: 1.6rem 0 0; }
  .figures dt { color: var(--quiet); font-size: .85rem; }
  .figures dd { margin: 0; font: 600 1.5rem/1.2 Georgia, serif;
    font-variant-numeric: tabular-nums; }
  table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
  th, td { padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--rule);
    text-align: start; vertical-align: top; }
  th { color: var(--quiet); font-weight: 500; font-size: .85rem; }
  .n { width: 1%; text-align: end; white-space: nowrap; }
  a { color: inherit; }
  th.n { white-space: normal; }
  .panel { display: inline-block; min-width: 9rem; }
  tr { break-inside: avoid; }
  .bar { display: flex; min-width: 4.5rem; height: .9rem; margin-top: .3rem;
    border: 1px solid var(--rule); print-color-adjust: exact; }
  .bar i { background: var(--part); }
  $parts
  .key { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: .6rem 0; padding: 0;
    list-style: none; color: var(--quiet); font-size: .85rem; }
  .key i { display: inline-block; width: .8rem; height: .8rem; margin-inline-end: .4rem;
    border: 1px solid var(--rule); background: var(--part); print-color-adjust: exact; }
  svg { display: block; width: 100%; height: auto; }
  svg text { fill: var(--quiet); font: 12px system-ui, sans-serif; }
  svg line { stroke: var(--rule); }
  svg .made { fill: var(--made); } svg .sent { fill: none; stroke: var(--ink); }
  .why { color: var(--quiet); font-size: .9rem; }
  .none { color: var(--quiet); }
  @media (max-width: 50rem) { th, td { padding-inline-end: .5rem; }
    svg text { font-size: 20px; } .panel { min-width: 5rem; } }
  @media print { :root { color-scheme: light; font-size: 12px; }
    body { padding: 0; font-size: 11px; } h2 { margin-top: 1.4rem; } }
</style>
$body
</html>
""")


def page(report: LibraryReport) -> str:
    """The whole page."""
    parts = "\n  ".join(f".{each} {{ --part: var(--{each}); }}" for each in _PARTS)
    body = "\n".join(
        [
            _head(report),
            *_section("Chapters", _chapters(report.chapters)),
            *_section("Over time", _plot(report.spans, report.span)),
            *_section("What it took", _cost(report.cost)),
            *_section("Limits", _limits(report.limits, report.limits_met)),
            *_section("Panels that need you", _reasons(report.needs, "Panels")),
            *_section("Attempts that made no picture", _reasons(report.failures, "Attempts")),
            *_section("Pictures that stand out", _outliers(report)),
        ]
    )
    return _PAGE.substitute(mark=MARK, title=_text(report.title), parts=parts, body=body)


def _text(text: str) -> str:
    return html.escape(characters.shown(text))


def _time(at: float) -> str:
    return f"{dt.datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M}"


def _section(title: str, content: Iterable[str]) -> Iterator[str]:
    yield f"<section>\n<h2>{title}</h2>"
    yield from content
    yield "</section>"


def _head(report: LibraryReport) -> str:
    figures = [
        ("Pictures", f"{report.made:,} of {report.panels:,}"),
        ("Made in", _days(report.cost)),
        ("A day", f"{report.cost.a_day:,.0f}" if report.cost.days else "–"),
        ("Stand out", f"{report.outliers_found:,}"),
    ]
    told = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in figures)
    forecast = f"<p>{_text(report.forecast)}</p>" if report.forecast else ""
    return (
        f"<header><h1>{_text(report.title)}</h1>\n"
        f"<p>{_time(report.made_at)} · {_text(report.library)}</p>\n"
        f"<p>{_text(report.sentence)}</p>{forecast}\n"
        f'<dl class="figures">{told}</dl></header>'
    )


def _days(cost: ReportCost) -> str:
    return f"{cost.days:,} day{'' if cost.days == 1 else 's'}" if cost.days else "–"


def _chapters(chapters: Sequence[ReportChapter]) -> Iterator[str]:
    if not chapters:
        yield '<p class="none">No panels are known yet.</p>'
        return
    names = {
        "made": "made",
        "stale": "made from something else",
        "waiting": "to be made",
        "stuck": "failed, refused or in doubt",
        "left": "not ordered",
    }
    legend = "".join(f'<li class="{part}"><i></i>{name}</li>' for part, name in names.items())
    yield f'<ul class="key">{legend}</ul>'
    heads = ("Panels", "Made", "Stale", "To make", "Stuck", "Not ordered", "Approved", "Stand out")
    yield from _table(("Chapter", "", *(f"#{head}" for head in heads)), map(_chapter, chapters))


def _chapter(each: ReportChapter) -> tuple[str, ...]:
    title = f" {_text(each.title)}" if each.title else ""
    states = (each.panels, *(getattr(each, part) for part in _PARTS))
    counts = (f"{count:,}" for count in (*states, each.approved, each.outliers))
    return f"{_text(each.key)}{title}", _bar(each), *counts


def _bar(chapter: ReportChapter) -> str:
    told = ", ".join(f"{getattr(chapter, part):,} {part}" for part in _PARTS)
    inner = "".join(
        f'<i class="{part}" style="width:{100 * count / chapter.panels:.2f}%"></i>'
        for part in _PARTS
        if (count := getattr(chapter, part))
    )
    return f'<div class="bar" role="img" aria-label="{told}">{inner}</div>'


def _plot(spans: Sequence[ReportSpan], length: float) -> Iterator[str]:
    """Pictures as bars, what was sent as a line around them."""
    if not spans:
        yield '<p class="none">Nothing was sent yet.</p>'
        return
    most = max(1, *(max(each.made, each.sent) for each in spans))
    left, foot = 44, HEIGHT - 26
    across = (WIDTH - left) / len(spans)
    yield (
        f"<p>{words.upper(words.pictures(sum(each.made for each in spans)))} came in; a bar is "
        f"{words.duration(length)}. The outline is what was sent.</p>"
    )
    yield (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="Pictures over time, at most {most:,} in {words.duration(length)}">'
    )
    for share in (0, 0.5, 1):
        y = foot - share * (foot - 12)
        yield f'<line x1="{left}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
        if share * most == int(share * most):
            count = f"{share * most:,.0f}"
            yield f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{count}</text>'
    outline = []
    for place, each in enumerate(spans):
        x = left + place * across
        high, sent = ((foot - 12) * count / most for count in (each.made, each.sent))
        if each.made:
            wide = max(across * 0.86, 0.8)
            yield (
                f'<rect class="made" x="{x + across * 0.07:.2f}" y="{foot - high:.2f}" '
                f'width="{wide:.2f}" height="{high:.2f}"/>'
            )
        outline.append(f"{x:.2f},{foot - sent:.2f} {x + across:.2f},{foot - sent:.2f}")
    yield f'<polyline class="sent" points="{" ".join(outline)}"/>'
    for place, anchor in ((0, "start"), (len(spans) - 1, "end")):
        x = left if anchor == "start" else WIDTH
        if place or anchor == "start":
            label = _time(spans[place].at)
            yield f'<text x="{x}" y="{HEIGHT - 6}" text-anchor="{anchor}">{label}</text>'
    yield "</svg>"


def _cost(cost: ReportCost) -> Iterator[str]:
    if not cost.sent:
        yield '<p class="none">Nothing was sent yet.</p>'
        return
    each = cost.sent / cost.pictures if cost.pictures else 0
    told = f", {each:.2f} for each" if cost.pictures else ""
    yield (
        f"<p>{words.upper(words.pictures(cost.pictures))} from {cost.sent:,} prompts{told}, on "
        f"{_days(cost)}: {cost.a_day:,.0f} a day, at most {cost.best_day:,}. Work was under way "
        f"for {words.duration(cost.working)}.</p>"
    )
    yield from _table(
        ("Account", "#Sent", "#Made", "First", "Last"),
        (
            (
                f"{one.account}",
                f"{one.sent:,}",
                f"{one.made:,}",
                _time(one.first_at),
                _time(one.last_at),
            )
            for one in cost.accounts
        ),
    )


def _limits(limits: Sequence[ReportLimit], met: int) -> Iterator[str]:
    if not met:
        yield '<p class="none">No account met a limit.</p>'
        return
    if met > len(limits):
        yield f"<p>The newest {len(limits):,} of {met:,}.</p>"
    yield from _table(
        ("Met", "Account", "Until", "#Tabs", "What the site said"),
        (
            (
                _time(each.at),
                f"{each.account}",
                _time(each.until),
                f"{each.tabs}",
                _text(each.text or each.outcome),
            )
            for each in limits
        ),
    )


def _reasons(found: Sequence[ReportFailure], what: str) -> Iterator[str]:
    if not found:
        yield '<p class="none">None.</p>'
        return
    yield from _table((f"#{what}", "Why"), ((f"{each.count:,}", _reason(each)) for each in found))


def _reason(each: ReportFailure) -> str:
    # several attempts may be about one panel: only a full list was cut
    more = " …" if each.count > len(each.keys) == KEYS else ""
    keys = ", ".join(map(_text, each.keys))
    return f'{_text(each.why)}<br><span class="why">{keys}{more}</span>'


def _outliers(report: LibraryReport) -> Iterator[str]:
    yield f"<p>{_text(report.basis)}. {_text(report.rule)}.</p>"
    if not report.outliers:
        yield '<p class="none">None waits for your word.</p>'
        return
    if report.outliers_found > len(report.outliers):
        yield f"<p>{len(report.outliers):,} of {report.outliers_found:,}, the worst first.</p>"
    yield from _table(("Panel", "#Rank", "How"), map(_outlier, report.outliers))


def _outlier(each: OutlierStatus) -> tuple[str, str, str]:
    rank = f"{words.ordinal(each.rank)} of {each.of:,}" if each.rank else ""
    link = html.escape(Path(each.path).as_uri()) if Path(each.path).is_absolute() else ""
    return f'<a class="panel" href="{link}">{_text(each.key)}</a>', rank, _text(each.why)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table of cells that are HTML already; a column of numbers has `#` before its head."""
    numbers = [' class="n"' if head.startswith("#") else "" for head in heads]
    told = "".join(
        f"<th{kind}>{head.removeprefix('#')}</th>"
        for kind, head in zip(numbers, heads, strict=True)
    )
    yield f"<table><thead><tr>{told}</tr></thead><tbody>"
    for row in rows:
        cells = "".join(f"<td{kind}>{cell}</td>" for kind, cell in zip(numbers, row, strict=True))
        yield f"<tr>{cells}</tr>"
    yield "</tbody></table>"
