/** The stories: situations from working life that simulated colleagues play. Start, pause, speed, what was said, how it ended. */

import { $, complain, forget, h, keep, once, swap } from "./dom.js";
import { ask, refresh, state } from "./state.js";
import { keyed } from "./words.js";

const PACES = ["quiet hours in a moment", "as in life"];
const MARKS = { met: "✓", missed: "✗", "not yet": "◌", "met early": "!" };
const BUSY = ["playing", "paused"];
let told = null;
let leaps = true;

async function tell(path, body) {
  complain((await ask("POST", `/_sandbox/stories/${path}`, body)).body?.error);
  forget("stage");
  await refresh();
}
const button = (label, path, body, about = {}) => h("button", { type: "button", "data-focus": `${path} ${body?.name ?? ""}`, onclick: () => tell(path, body), ...about }, label);

/** The story that is played, or was last; null where the sandbox has none. */
export const storyNow = async () => (await ask("GET", "/_sandbox/stories/state")).body;
export const isBusy = (now) => BUSY.includes(now?.state);
export async function start(name, over = false) {
  await tell("start", { name, speed: 1, leaps: over });
  $("stage-body").scrollTop = 0;
}

/** What is played at the moment, and what may be done about it. */
export function playing(now, ...more) {
  return h("section", { className: "playing" }, h("div", { className: "row" }, h("b", { className: "grow" }, now.state === "paused" ? "Held: " : "Now playing: ", now.title), now.state === "paused" ? button("Go on", "resume") : button("Pause", "pause"), button("Stop", "stop")),
    h("p", { className: "faint" }, now.about), more);
}
function drawLines(region, now) {
  const lines = region.querySelector("#lines");
  if (!lines) return;
  keep(lines, now.lines.slice(-60).map((line, place) => ({ ...line, place })), (line) => `${line.at} ${line.place} ${line.who}`, (line) => h("li", {}, h("b", { className: line.who === "bot" ? "by-bot" : "" }, line.who), " ", keyed(line.text)));
  lines.scrollTop = lines.scrollHeight;
}
function checkNode(one) {
  const about = one.state === "not yet" ? `needs ${one.needs.join(", ")}` : one.state === "met" ? "" : one.why;
  return h("li", { title: one.why }, h("b", { className: `check ${one.state.replace(" ", "-")}`, role: "img", "aria-label": one.state }, MARKS[one.state] ?? "•"), h("span", {}, one.says, about ? h("span", { className: "faint" }, ` (${about})`) : null));
}
function ended(now) {
  return h("section", { className: "playing" }, h("b", {}, now.title), now.state === "stopped" ? " was stopped." : now.checks.length ? " has ended so:" : " has ended.", now.trouble ? h("p", { className: "wrong" }, now.trouble) : null, h("ul", { className: "checks" }, now.checks.map(checkNode)));
}
function storyNode(one, busy) {
  const within = one.checks.filter((check) => check.needs.every((name) => told.capabilities[name]?.here)).length;
  return h("li", {}, h("div", { className: "row" }, h("b", { className: "grow" }, `${one.number}. ${one.title}`), busy ? null : h("button", { type: "button", "data-focus": `start ${one.name}`, "aria-label": `Start ${one.title}`, onclick: () => start(one.name, leaps) }, "Start")),
    h("div", { className: "faint" }, one.about), h("div", { className: "faint" }, within === one.checks.length ? `The bot can do all of it: ${within} checks.` : `The bot can do ${within} of ${one.checks.length} checks today.`));
}
function listed(now) {
  const change = (event) => { leaps = event.target.value === PACES[0]; if (isBusy(now)) tell("speed", { speed: 1, leaps }); };
  const chooser = h("select", { "aria-label": "How fast stories are played", "data-focus": "pace", onchange: change }, PACES.map((one) => h("option", { value: one, selected: leaps === (one === PACES[0]) }, one)));
  return [h("h3", {}, "Stories"), h("p", { className: "faint" }, "Simulated colleagues play a situation from working life, each in their own hours and manner. Watch Slack and Jira; at the end it is checked how it came out."),
    h("div", { className: "row" }, "Time passes", chooser),
    isBusy(now) ? playing(now, h("ol", { className: "lines", id: "lines", tabindex: 0, "aria-label": "What was said", "aria-live": "polite" })) : now.title ? ended(now) : null,
    h("ul", { className: "stories" }, told.stories.map((one) => storyNode(one, isBusy(now))))];
}

/** Draws the stories and the one that is played. */
export async function drawStories(region) {
  told ??= (await ask("GET", "/_sandbox/stories/")).body;
  const now = await storyNow();
  if (!told?.stories || !now || state.stage !== "stories") return;
  once("stage", ["stories", now.state, now.name, now.checks, now.trouble], () => swap(region, listed(now)));
  drawLines(region, now);
}
