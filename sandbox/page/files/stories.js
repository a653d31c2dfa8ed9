/** The stories: situations from working life that simulated colleagues play. Start, pause, speed, what was said, how it ended. */

import { complain, forget, h, keep, once, swap } from "./dom.js";
import { ask, refresh, state } from "./state.js";
import { marked } from "./words.js";

const PACES = [[1, "as in life"], [60, "an hour a minute"], [600, "ten hours a minute"]];
const MARKS = { met: "✓", missed: "✗", "not yet": "◌", "met early": "!" };
let stories = null;
let pace = 60;

async function tell(path, body) {
  complain((await ask("POST", `/_sandbox/stories/${path}`, body)).body?.error);
  forget("stories");
  await refresh();
}
const button = (label, path, body, about = {}) => h("button", { type: "button", "data-focus": `${path} ${body?.name ?? ""}`, onclick: () => tell(path, body?.name ? { ...body, speed: pace, leaps: pace > 1 } : body), ...about }, label);

function playing(now) {
  const held = now.state === "paused";
  return [h("div", { className: "row" }, h("b", { className: "grow" }, now.title), held ? button("Go on", "resume") : button("Pause", "pause"), button("Stop", "stop")),
    h("p", { className: "faint" }, now.about), h("ol", { className: "lines", id: "lines", tabindex: 0, "aria-label": "What was said", "aria-live": "polite" })];
}
const checkNode = (one) => h("li", {}, h("b", { className: `check ${one.state.replace(" ", "-")}` }, MARKS[one.state] ?? "•"), ` ${one.says}`, one.state === "not yet" ? h("span", { className: "faint" }, ` (needs ${one.needs.join(", ")})`) : one.why ? h("span", { className: "faint" }, ` ${one.why}`) : null);
function ended(now) {
  const words = now.state === "stopped" ? "was stopped" : "has ended";
  return [h("p", {}, h("b", {}, now.title), ` ${words}.`, now.trouble ? h("span", { className: "wrong" }, ` ${now.trouble}`) : null), h("ul", { className: "checks" }, now.checks.map(checkNode))];
}
function listed(now) {
  const chooser = h("select", { "aria-label": "How fast stories are played", "data-focus": "pace", onchange: (event) => { pace = Number(event.target.value); tell("speed", { speed: pace, leaps: pace > 1 }); } }, PACES.map(([speed, label]) => h("option", { value: speed, selected: speed === pace }, label)));
  const busy = ["playing", "paused"].includes(now.state);
  return [h("h3", {}, "Stories"), h("div", { className: "row" }, h("span", { className: "faint" }, "Colleagues play, time passes:"), chooser),
    busy ? playing(now) : now.title ? ended(now) : null,
    h("ul", { className: "stories" }, stories.map((one) => h("li", {}, h("div", { className: "row" }, h("b", { className: "grow" }, `${one.number}. ${one.title}`), busy ? null : button("Start", "start", { name: one.name }, { "aria-label": `Start ${one.title}` })), h("div", { className: "faint" }, one.about))))];
}

/** Draws the stories and the one that is played, where the sandbox has any. */
export async function drawStories(region) {
  stories ??= (await ask("GET", "/_sandbox/stories/")).body?.stories ?? [];
  if (!stories.length) return;
  const now = (await ask("GET", "/_sandbox/stories/state")).body;
  if (!now || !region.isConnected) return;
  once("stories", [now.state, now.name, now.checks, now.trouble, state.me.id, region.id], () => swap(region, listed(now)));
  const lines = region.querySelector("#lines");
  if (!lines) return;
  keep(lines, now.lines.slice(-60).map((line, place) => ({ ...line, place })), (line) => `${line.at} ${line.place} ${line.who}`, (line) => h("li", {}, h("b", {}, line.who), " ", marked(line.text)));
  lines.scrollTop = lines.scrollHeight;
}
