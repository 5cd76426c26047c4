// What charts do beyond links: the arrows walk their marks, and the race runs.

import { $, $$, moveStop } from "./app.js";

// ── A dense chart is one stop of the Tab key. Without this file the table behind it
//    has the same links. ──

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
  if (next) moveStop(mark, next);
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

// ── The race: a period at a time, as the server draws it. Without this file links
//    lead from one period to the next. ──

const frameTime = 1100; // milliseconds that a period stays
const frames = new Map(); // by their addresses

const frameAt = (race, i) => {
  const url = race.dataset.frame.replace("PERIOD", race.dataset.periods.split(" ")[i]);
  if (!frames.has(url)) {
    const frame = fetch(url, { headers: { Accept: "text/html" } })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(answer.status))))
      .then((html) => new DOMParser().parseFromString(html, "text/html").querySelector(".race-lines"));
    frame.catch(() => frames.delete(url)); // the next who asks asks anew
    frames.set(url, frame);
  }
  return frames.get(url);
};

// draw puts a period's lines in place of those before. Who stays in the race glides
// to the new place, unless motion is not wanted.
const draw = (race, next) => {
  const lines = $(".race-lines", race);
  const keyOf = (line) => $("a", line).getAttribute("href");
  const before = new Map($$("li", lines).map((line) => [keyOf(line), { top: line.offsetTop, width: $("rect", line).getBoundingClientRect().width }]));
  lines.replaceChildren(...$$("li", next).map((line) => document.importNode(line, true)));
  lines.dataset.period = next.dataset.period;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const glide = { duration: 500, easing: "ease-in-out" };
  for (const line of $$("li", lines)) {
    const was = before.get(keyOf(line));
    if (!was) {
      line.animate([{ opacity: 0 }, { opacity: 1 }], glide);
      continue;
    }
    line.animate([{ transform: `translateY(${was.top - line.offsetTop}px)` }, { transform: "none" }], glide);
    const bar = $("rect", line);
    const width = bar.getBoundingClientRect().width;
    if (width > 0) bar.animate([{ transform: `scaleX(${was.width / width})` }, { transform: "none" }], glide);
  }
};

const runRace = () => {
  const race = $("[data-race]");
  if (!race || race.dataset.ready !== undefined) return;
  race.dataset.ready = "";
  const [slider, play] = [$("input", race), $("button", race)];
  const last = Number(slider.max);
  let timer = null;
  const label = () => {
    const { period } = $(".race-lines", race).dataset;
    slider.setAttribute("aria-valuetext", `${period}: ${$(".race-lines a", race)?.textContent ?? "nothing"} first`);
    for (const name of $$("[data-race-period]")) name.textContent = period;
  };
  const show = async (i) => {
    const next = await frameAt(race, i).catch(() => null);
    if (Number(slider.value) !== i) return; // somebody moved on meanwhile
    if (!next) return stop();
    draw(race, next);
    label();
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
    history.replaceState(history.state, "", race.dataset.here.replace("PERIOD", race.dataset.periods.split(" ")[slider.value]));
  };
  const step = () => {
    if (!race.isConnected) return clearInterval(timer);
    const i = Number(slider.value) + 1;
    slider.value = i;
    show(i);
    if (i >= last) stop();
    else frameAt(race, i + 1).catch(() => {});
  };
  play.addEventListener("click", () => {
    if (timer) return stop();
    if (Number(slider.value) >= last) {
      slider.value = 0;
      show(0);
    }
    play.textContent = "Pause";
    timer = setInterval(step, frameTime);
  });
  slider.addEventListener("input", () => {
    if (timer) stop();
    show(Number(slider.value));
  });
  slider.addEventListener("change", stop);
  label();
};

const settle = () => {
  makeWalkable();
  runRace();
};
document.addEventListener("htmx:afterSettle", settle);
settle();
