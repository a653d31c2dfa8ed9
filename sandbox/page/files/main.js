/** Begins: who there is, who you are, and looks again whenever the sandbox says that something may have changed. */

import { $, complain, forget, h } from "./dom.js";
import { drawJira, meetJira, wireJira } from "./jira.js";
import { closeThread, drawSlack } from "./slack.js";
import { drawClock, drawStage, wireClock } from "./stage.js";
import { tickClocks } from "./desk.js";
import { ask, control, domainNow, onLook, refresh, state, users } from "./state.js";

const FIRST = "mika";
const SOONEST_MS = 150;
const COME_BACK_MS = 3000;

async function look() {
  const lastTold = state.told.at(-1)?.seq ?? 0;
  const lastEffect = state.effects.at(-1)?.n ?? 0;
  const [screen, clock, bot, effects] = await Promise.all([control("GET", `slack/screen?user=${state.me.id}`), control("GET", "clock"), control("GET", `bot?after=${lastTold}`), control("GET", `effects?after=${lastEffect}`)]);
  if (screen.error) return complain(screen.error);
  state.clock = { ...clock, at: performance.now() };
  state.told.push(...(bot.entries ?? []).filter((entry) => entry.seq > lastTold));
  state.bot = { connected: bot.connected, ready: bot.ready };
  if (Array.isArray(effects)) state.effects.push(...effects.filter((one) => one.n > lastEffect));
  drawSlack(screen);
  drawClock();
  return Promise.all([drawJira(), drawStage()]);
}
async function choose() {
  state.me = users().find((one) => one.id === $("person").value);
  state.thread = null;
  forget("place", "view", "home", "stage", "modal");
  $("messages").replaceChildren();
  await meetJira();
  await refresh();
}
function follow() {
  const key = decodeURIComponent(location.hash.slice(1)).toUpperCase();
  state.issue = /^[A-Z][A-Z0-9_]*-\d+$/.test(key) ? key : null;
  const reportedHere = document.body.dataset.view === "stage" && state.issue === state.tour;
  if (state.issue && !reportedHere) document.body.dataset.view = "jira";
  forget("issue", "view");
  refresh();
}
function listen() {
  const stream = new EventSource("/_sandbox/stream");
  let seen = -1;
  let timer = null;
  stream.onmessage = (event) => {
    $("offline").hidden = true;
    const quiet = event.data === String(seen) && state.clock.speed <= 1;
    seen = Number(event.data);
    if (document.hidden || timer || (quiet && Math.random() < 0.5)) return;
    timer = setTimeout(() => { timer = null; refresh(); }, SOONEST_MS);
  };
  stream.onerror = () => {
    $("offline").hidden = false;
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => { refresh(); listen(); }, COME_BACK_MS);
  };
}
function wirePage() {
  wireJira();
  wireClock();
  $("person").addEventListener("change", choose);
  for (const tab of document.querySelectorAll("[data-tab]")) tab.addEventListener("click", () => { document.body.dataset.view = tab.dataset.tab; refresh(); });
  const theme = () => document.documentElement.style.colorScheme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  $("theme").addEventListener("click", () => { document.documentElement.style.colorScheme = theme() === "dark" ? "light" : "dark"; });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    const menu = document.activeElement?.closest("details.overflow[open], details.many[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); } else if (state.thread) closeThread();
    else if (state.issue) location.hash = "";
  });
  document.addEventListener("click", (event) => document.querySelectorAll("details.overflow[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  window.addEventListener("hashchange", follow);
  setInterval(() => {
    $("clock").textContent = new Date(domainNow()).toLocaleString([], { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
    tickClocks();
  }, 500);
}
async function begin() {
  const [told, clock, heard, effects] = await Promise.all([control("GET", "people"), control("GET", "clock"), control("GET", "bot"), ask("GET", "/_sandbox/effects")]);
  state.people = told.people;
  state.token = told.token;
  state.clock = { ...clock, at: performance.now() };
  state.opened = clock.epoch_ms / 1000;
  state.told = heard.entries ?? [];
  state.effects = effects.body ?? [];
  $("person").replaceChildren(...users().map((one) => h("option", { value: one.id, selected: one.name === FIRST }, one.real_name)));
  onLook(look);
  wirePage();
  state.me = users().find((one) => one.id === $("person").value);
  await meetJira();
  follow();
  listen();
}
begin();
