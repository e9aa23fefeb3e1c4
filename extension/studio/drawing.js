/** Draws the plot of an account. Whoever sees no colours, or no plot, has its words and its table. */

import { made } from "../view/dom.js";
import { counted, number, t } from "../view/i18n.js";
import { plotted, rowsOf, SPANS, sumOf, ticksOf } from "./plot.js";
import { when } from "./times.js";

const SVG = "http://www.w3.org/2000/svg";
const FRAME = { width: 880, height: 130, below: 44 };
/** Room for numbers at the left, for marks above, between the parts, and for times below. */
const [LEFT, ABOVE, BETWEEN, FOOT] = [44, 18, 26, 24];
/** A rest that is narrower has no words in it. */
const WORDED = 56;

const LANGUAGE = chrome.i18n.getUILanguage();
const HOUR = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DATE = new Intl.DateTimeFormat(LANGUAGE, { weekday: "short", day: "numeric", month: "short" });

/**
 * @param {Wire.AccountHistory} history
 * @param {import("./plot.js").SpanName} span
 * @param {number | null} ceiling  the most pictures an hour that the author allows
 */
export function drawn(history, span, ceiling) {
  const { width, height, below } = FRAME;
  const found = plotted(history, FRAME, ceiling);
  const pattern = `rest-${history.account}`;
  const lower = ABOVE + height + BETWEEN;
  const end = history.begin + history.seconds * history.parts.length;
  const { step } = SPANS[span];
  const format = step < 86_400 ? HOUR : DATE;
  const sent = draw("g", { transform: `translate(${LEFT} ${ABOVE})` });
  sent.append(
    ...found.rests.flatMap(({ x, width: wide }) => [
      draw("rect", { class: "rest", x, y: 0, width: wide, height: height + BETWEEN + below, fill: `url(#${pattern})` }),
      ...(wide > WORDED ? [text(x + wide / 2, height / 2, t("accounts_rest"), "middle", "inscribed")] : []),
    ]),
    draw("path", { class: "grid", d: `M0 0H${width}M0 ${height / 2}H${width}` }),
    draw("path", { class: "axis", d: `M0 ${height}H${width}` }),
    ...found.bars.flatMap(({ part, x, width: wide, sent: top, made }) => {
      const bar = draw("g", {});
      bar.append(
        titled(told(history, part)),
        draw("rect", { class: "sent", x, y: top, width: wide, height: height - top }),
        draw("rect", { class: "made", x, y: made, width: wide, height: height - made }),
      );
      return [bar];
    }),
    text(-8, 4, number(found.top), "end"),
    text(-8, height + 4, "0", "end"),
    ...(found.ceiling === null
      ? []
      : [draw("path", { class: "ceiling", d: `M0 ${found.ceiling}H${width}` }), text(width, found.ceiling - 4, t("accounts_your_limit"), "end", "inscribed")]),
    ...found.limits.map(({ x, limit }) => {
      const mark = draw("path", { class: "met", d: `M${x - 6} -13h12l-6 11z` });
      mark.append(titled(limitInWords(limit)));
      return mark;
    }),
  );
  const tabs = draw("g", { transform: `translate(${LEFT} ${lower})` });
  tabs.append(
    draw("path", { class: "axis", d: `M0 ${below}H${width}` }),
    draw("path", { class: "tabs", d: found.line }),
    text(-8, 4, number(found.tabs), "end"),
    text(-8, below + 4, "0", "end"),
    ...ticksOf(history.begin, end, step).flatMap((at) => {
      const x = ((at - history.begin) / (end - history.begin)) * width;
      return [draw("path", { class: "tick", d: `M${x} ${below}v5` }), text(x, below + 18, format.format(at * 1000), x < 30 ? "start" : x > width - 40 ? "end" : "middle")];
    }),
  );
  const stripes = draw("pattern", { id: pattern, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
  stripes.append(draw("path", { class: "stripe", d: "M0 0V7" }));
  const plot = draw("svg", {
    class: "plot",
    viewBox: `0 0 ${LEFT + width + 4} ${lower + below + FOOT}`,
    role: "img",
    "aria-label": summed(history, span),
  });
  plot.append(
    stripes,
    text(LEFT, 8, t(`accounts_sent_${span}`), "start", "head"),
    sent,
    text(LEFT, lower - 8, t("accounts_tabs_over_time"), "start", "head"),
    tabs,
  );
  return plot;
}

/** What the marks of a plot mean. */
export function legend() {
  /** @type {[kind: string, text: string][]} */
  const marks = [
    ["made", t("accounts_mark_made")],
    ["sent", t("accounts_mark_sent")],
    ["rest", t("accounts_mark_rest")],
    ["met", t("accounts_mark_met")],
  ];
  return made("ul", { class: "legend" }, ...marks.map(([kind, label]) => made("li", { "data-kind": kind }, label)));
}

/**
 * The same as a table.
 *
 * @param {Wire.AccountHistory} history
 */
export function tabled(history) {
  const head = ["from", "sends", "pictures", "tabs"].map((name) => made("th", { scope: "col" }, t(`accounts_column_${name}`)));
  const rows = rowsOf(history).map(({ at, sends, pictures, tabs }) =>
    made("tr", {}, made("th", { scope: "row" }, when(at)), ...[sends, pictures].map((count) => made("td", {}, number(count))), made("td", {}, tabs ? number(tabs) : t("accounts_rest"))),
  );
  return made("table", {}, made("caption", {}, t("accounts_table")), made("thead", {}, made("tr", {}, ...head)), made("tbody", {}, ...rows));
}

/** @param {Wire.LimitStatus} limit */
export function limitInWords({ at, outcome, until, tabs }) {
  return counted("accounts_limit", tabs, outcome, when(at), when(until));
}

/**
 * @param {Wire.AccountHistory} history
 * @param {import("./plot.js").SpanName} span
 */
export function summed(history, span) {
  const { sends, pictures, limits } = sumOf(history);
  return t("accounts_sum", t(`accounts_span_${span}`), number(sends), number(pictures), number(limits));
}

/**
 * @param {Wire.AccountHistory} history
 * @param {number} place
 */
function told({ begin, seconds, parts }, place) {
  const { sends = 0, pictures = 0 } = parts[place] ?? {};
  return t("accounts_part", when(begin + place * seconds), number(sends), number(pictures));
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function draw(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

/** @param {string} words */
function titled(words) {
  const title = draw("title", {});
  title.textContent = words;
  return title;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} words
 * @param {"start" | "middle" | "end"} anchor
 * @param {string} [kind]
 */
function text(x, y, words, anchor, kind = "number") {
  const element = draw("text", { x, y, "text-anchor": anchor, class: kind });
  element.textContent = words;
  return element;
}
