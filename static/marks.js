// A dense chart is one stop of the Tab key, whose marks the arrows walk. Without this
// file the table behind the chart has the same links.

import { $, $$ } from "./app.js";

const marksOf = (chart) => $$("a[tabindex]", chart).filter((mark) => mark.checkVisibility());

const chartOf = (mark) => {
  for (let chart = mark.closest?.("[data-marks]"), outer; ; chart = outer) {
    outer = chart?.parentElement.closest("[data-marks]");
    if (!outer) return chart;
  }
};

// besides is the mark that lies nearest in a direction.
const besides = (marks, mark, across, down) => {
  const centre = (e) => { const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; };
  const [x, y] = centre(mark);
  let [nearest, least] = [undefined, Infinity];
  for (const other of marks) {
    const [dx, dy] = centre(other).map((v, i) => v - [x, y][i]);
    const along = dx * across + dy * down;
    const far = along + 4 * Math.abs(across ? dy : dx);
    if (along > 1 && far < least) [nearest, least] = [other, far];
  }
  return nearest;
};

const walked = (chart, mark, key) => {
  const marks = marksOf(chart);
  if (key === "Home") return marks[0];
  if (key === "End") return marks.at(-1);
  const [across, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? [0, 0];
  const next = marks[marks.indexOf(mark) + across + down];
  // In a calendar a day follows the other downwards, also from one week to the next.
  if (chart.dataset.marks === "line" || chart.dataset.marks === "weeks" && down) return next;
  return besides(marks, mark, across, down) ?? (chart.dataset.marks === "weeks" ? next : undefined);
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !/^(Arrow.*|Home|End)$/.test(event.key)) return;
  const mark = event.target.closest?.("[data-marks] a[tabindex]");
  if (!mark) return;
  event.preventDefault();
  const next = walked(chartOf(mark), mark, event.key);
  if (!next) return;
  mark.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
});

// makeWalkable gives the charts of a page their stops, and lets the marks be read
// out that the focus may come to.
const makeWalkable = () => {
  for (const chart of $$("[data-marks]")) {
    if (chartOf(chart) !== chart || $("a[tabindex='0']", chart)) continue;
    const stop = $("a.lit[tabindex]", chart) ?? marksOf(chart)[0];
    if (!stop) continue;
    for (const part of [chart, ...$$("[aria-hidden]:has(a[tabindex])", chart)]) part.removeAttribute("aria-hidden");
    if (chart.getAttribute("role") === "img") chart.setAttribute("role", "group");
    stop.setAttribute("tabindex", "0");
  }
};

document.addEventListener("htmx:afterSettle", makeWalkable);
makeWalkable();
