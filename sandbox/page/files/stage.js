/** The stage: what to try, what the bot told, the record of effects, faults at a click. It reads the bot only through the sandbox. */

import { $, complain, forget, h, keep, once, swap } from "./dom.js";
import { drawStories } from "./stories.js";
import { drawTry } from "./tour.js";
import { control, refresh, state } from "./state.js";
import { address } from "./words.js";

const PARTS = [["try", "Try it"], ["stories", "Stories"], ["bot", "The bot"], ["effects", "Effects"], ["faults", "Faults"]];
const SPEEDS = [0, 1, 10, 60, 600];
const FAULTS = [
  ["Jira is down for a while", "The bot waits and goes on by itself.", { service: "jira", path: ".*", status: 503, times: 10 }],
  ["Jira asks for patience", "429 with Retry-After; the bot comes back when it may.", { service: "jira", path: ".*", status: 429, retry_after_s: 2, times: 3 }],
  ["Jira does the work, but the answer is lost", "The bot looks whether it happened before it does it again.", { service: "jira", path: "/(comment|issueLink|transitions)$", method: "POST", drop: "after", times: 1 }],
  ["Slack is slow", "Two seconds for each call.", { service: "slack", path: ".*", delay_ms: 2000, times: 10 }],
  ["The next webhook comes twice", "What comes twice is stored once.", { service: "jira", event: ".*", delivery: "doubled", times: 1 }],
  ["The next webhook gets lost", "A sample every five minutes finds what was missed.", { service: "jira", event: ".*", delivery: "lost", times: 1 }],
];
const MARKS = { "event.received": "📨", "look.done": "🔎", "decision.made": "⚖️", "decision.reviewed": "⚖️", "request.asked": "🙋", "vote.cast": "🗳", "action.intended": "✍️", "action.done": "✅", "action.failed": "❌", "action.put_off": "⏳", "outcome.recorded": "📈", "switch.thrown": "🛑", "switch.lifted": "▶️" };
const clockOf = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });

const filled = (line) => line.text.replace(/\{(\d+)\}/g, (all, place) => line.parts?.[place]?.text ?? line.parts?.[place]?.key ?? all);

/** The reasons and the evidence that an entry of the ledger holds, as plain sentences. */
function reasons(data) {
  const known = (data?.known ?? []).map((one) => `resembles ${one.key}: ${Math.round(one.confidence / 10)}%`);
  const sentences = [];
  const walk = (value) => {
    if (!value || typeof value !== "object") return;
    if (typeof value.text === "string") sentences.push(filled(value));
    if (typeof value.reason === "string") sentences.push(value.reason);
    Object.entries(value).forEach(([name, inner]) => { if (!["payload", "parts", "asks", "workflows"].includes(name)) walk(inner); });
  };
  walk(data);
  return [...new Set([...known, ...sentences])];
}
function entryNode(entry) {
  const why = reasons(entry.data).filter((one) => one !== entry.text).slice(0, 8);
  return h("li", {}, h("span", { className: "mark", "aria-hidden": "true" }, MARKS[entry.kind] ?? "•"), h("div", {},
    h("div", { className: "faint" }, clockOf(entry.at), " ", h("code", {}, entry.kind), entry.key ? [" ", h("a", { href: `#${entry.key}` }, entry.key)] : null),
    h("div", {}, entry.text),
    why.length ? h("details", {}, h("summary", {}, "Why"), h("ul", {}, why.map((one) => h("li", {}, one)))) : null));
}
async function drawBot(region) {
  const key = state.issue;
  const trail = key ? await control("GET", `bot/trail/${key}`) : null;
  const entries = trail ? trail.entries ?? [] : state.told.slice(-80);
  once("stage", ["bot", key], () => swap(region, h("h3", {}, key ? `The bot's trail of ${key}` : "What the bot is doing"),
    h("p", { className: "faint" }, key ? "Everything it saw, decided and did about this issue, with its reasons." : "Live. Open an issue in Jira to see the trail of that one alone."),
    h("ol", { className: "entries", id: "entries" })));
  $("entries").dataset.empty = !state.bot.connected ? "No bot is connected. Start both with: make run" : trail?.error ?? (entries.length ? "" : key ? `The bot has not looked at ${key} yet.` : "It has told nothing yet.");
  keep($("entries"), key ? entries : entries.toReversed(), (entry) => String(entry.seq), entryNode);
}
function effectNode(one) {
  const channel = state.slack.channels.find((known) => known.id === one.channel);
  const where = one.issue ? address(`/browse/${one.issue}`, one.issue) : channel?.name ? `#${channel.name}` : one.channel ? "a direct message" : "";
  return h("li", {}, h("span", { className: `service ${one.service}` }, one.service), h("div", {},
    h("div", {}, h("b", {}, one.kind), " ", where), h("div", { className: "faint" }, clockOf(one.at), ` by ${one.actor}`),
    h("details", {}, h("summary", {}, "Request"), h("pre", {}, `${one.request}\n${JSON.stringify(one.body, null, 1)}`))));
}
function drawEffects(region) {
  once("stage", "effects", () => swap(region, h("h3", {}, "Effects"), h("p", { className: "faint" }, "Each change that came in through Jira's and Slack's APIs, the newest first. What the bot did is here, whatever it says of itself."), h("ol", { className: "entries", id: "effects" })));
  keep($("effects"), state.effects.slice(-80).reverse(), (one) => String(one.n), effectNode);
  $("effects").dataset.empty = state.effects.length ? "" : "Nothing has changed yet.";
}
function faultWords(fault) {
  const says = ([name, value]) => value !== null && value !== false && value !== ".*" && !(typeof value === "object" && !Object.keys(value).length) && !(name === "delay_ms" && (fault.delivery ?? "delayed") !== "delayed");
  const words = ([name, value]) => ({ service: value, times: value === 1 ? "once more" : `${value} times more`, expired_token: "expired token" }[name] ?? `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`);
  return Object.entries(fault).filter(says).map(words).join(" · ");
}
async function drawFaults(region) {
  const faults = await control("GET", "faults");
  const active = Array.isArray(faults) ? faults : faults.faults ?? [];
  once("stage", ["faults", active], () => swap(region, h("h3", {}, "Faults at a click"), h("p", { className: "faint" }, "Break something, then go on working: nothing may get lost, and nothing may be done twice."),
    h("ul", { className: "faults" }, FAULTS.map(([name, about, fault]) => h("li", {}, h("button", { type: "button", "data-focus": name, onclick: async () => { complain((await control("POST", "faults", fault)).error); await refresh(); } }, name), h("span", { className: "faint" }, about)))),
    h("div", { className: "row" }, h("button", { type: "button", "data-focus": "mend", disabled: !active.length, onclick: async () => { await control("DELETE", "faults"); await refresh(); } }, "Mend everything"), h("span", { className: "faint" }, active.length ? `${active.length} set` : "None set")),
    h("ul", {}, active.map((one) => h("li", {}, h("code", {}, faultWords(one)))))));
}

/** Draws the part of the stage that is chosen. */
export async function drawStage() {
  once("stage-tabs", state.stage, () => swap($("stage-tabs"), PARTS.map(([name, label]) => h("button", { type: "button", "data-focus": name, "aria-pressed": String(name === state.stage), onclick: () => { state.stage = name; forget("stage"); refresh(); } }, label))));
  const region = $("stage-body");
  if (state.stage === "stories") return drawStories(region);
  if (state.stage === "bot") return drawBot(region);
  if (state.stage === "effects") return drawEffects(region);
  return state.stage === "faults" ? drawFaults(region) : drawTry(region);
}

/** Draws the clock with its speed. */
export function wireClock() {
  const speed = $("speed");
  speed.replaceChildren(...SPEEDS.map((one) => h("option", { value: one }, one ? `×${one}` : "stopped")));
  speed.addEventListener("change", async () => { await control("POST", "clock", { speed: Number(speed.value) }); await refresh(); });
}
export function drawClock() {
  if (document.activeElement !== $("speed")) {
    if (![...$("speed").options].some((one) => Number(one.value) === state.clock.speed)) $("speed").append(h("option", { value: state.clock.speed }, `×${state.clock.speed}`));
    $("speed").value = String(state.clock.speed);
  }
  const { connected, ready } = state.bot;
  once("bot-state", [connected, ready], () => {
    $("bot-state").className = ready ? "ready" : "";
    $("bot-state").textContent = ready ? "The bot is at work" : connected ? "The bot is starting…" : "No bot is connected";
  });
}
