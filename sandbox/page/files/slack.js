/** The Slack-like side: the list of places with unread marks, the place that is open, the thread beside it, App Home. */

import { $, forget, h, keep, once, swap } from "./dom.js";
import { blockNode } from "./blocks.js";
import { composer } from "./composer.js";
import { confirmed } from "./elements.js";
import { messageNode } from "./messages.js";
import { drawModal } from "./modal.js";
import { complain } from "./dom.js";
import { control, refresh, state } from "./state.js";

const seenKey = (channel) => `${state.me.id} ${channel}`;
const channelOf = (id) => state.slack.channels.find((one) => one.id === id);
const titleOf = (channel) => (channel.is_im ? "Yardmaster" : `# ${channel.name}`);
const isAnswer = (message) => message.thread_ts && message.thread_ts !== message.ts;
let errorsSeen = new Map();

function unread(channel) {
  const since = state.read.get(seenKey(channel.id)) ?? state.opened;
  return channel.messages.filter((message) => Number(message.ts) > since && message.user !== state.me.id).length;
}
function markRead(channel) {
  const shown = state.place.kind === "channel" && !document.hidden && $("slack").offsetParent !== null;
  const last = channel.messages.at(-1);
  if (shown && last) state.read.set(seenKey(channel.id), Number(last.ts));
}

/** Opens a channel, a conversation or App Home. */
export async function openPlace(kind, id) {
  state.place = { kind, id };
  state.thread = null;
  forget("place", "thread");
  if (kind === "home") await control("POST", "slack/home", { user: state.me.id });
  await refresh();
}
function openThread(ts) {
  state.thread = ts;
  forget("thread");
  drawSlack(state.slack);
  $("thread").querySelector("input")?.focus();
}

function placeNode(label, isOpen, count, open) {
  return h("li", {}, h("button", { type: "button", className: count ? "unread" : "", "aria-current": isOpen ? "page" : undefined, "data-focus": label, onclick: open },
    h("span", { className: "label" }, label), count ? h("span", { className: "count", "aria-label": `${count} unread` }, count) : null));
}
function drawPlaces() {
  const { channels } = state.slack;
  const counts = channels.map(unread);
  once("places", [channels.map((one) => [one.id, one.name]), counts, state.place, state.me.id], () => {
    const node = (channel) => placeNode(titleOf(channel), state.place.id === channel.id, unread(channel), () => openPlace("channel", channel.id));
    const direct = channels.filter((one) => one.is_im);
    swap($("places"), h("h2", {}, "Slack"), h("h3", {}, "Channels"), h("ul", {}, channels.filter((one) => !one.is_im).map(node)),
      h("h3", {}, "Yardmaster"), h("ul", {}, placeNode("Home", state.place.kind === "home", 0, () => openPlace("home", "home")),
        direct.map((one) => placeNode("Messages", state.place.id === one.id, unread(one), () => openPlace("channel", one.id)))));
  });
  const total = counts.reduce((sum, count) => sum + count, 0);
  $("tab-slack").dataset.count = total || "";
  document.title = (total ? `(${total}) ` : "") + "Yardmaster sandbox";
}
function fill(list, channel, messages, withThreads) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
  const before = list.childElementCount;
  keep(list, messages, (message) => `${state.me.id} ${channel.id} ${message.ts}`, (message, isUpdate) => messageNode(channel.id, message, withThreads ? () => openThread(message.thread_ts ?? message.ts) : null, isUpdate));
  if (atEnd || before === 0) list.scrollTop = list.scrollHeight;
}
function drawChannel(channel) {
  once("place", [channel.id, state.me.id], () => {
    swap($("place-head"), h("h2", {}, titleOf(channel)), h("span", { className: "faint" }, channel.topic?.value ?? "Messages between you and the bot"));
    $("messages").replaceChildren();
    swap($("compose"), composer("words", `Message ${titleOf(channel).replace("# ", "#")}`, () => ({ channel: channel.id })));
  });
  const shown = channel.messages.filter((message) => !isAnswer(message) || message.is_ephemeral);
  fill($("messages"), channel, shown, true);
  $("messages").dataset.empty = shown.length ? "" : "Nothing was said here yet.";
  markRead(channel);
}
function drawHome(home) {
  once("place", ["home", state.me.id], () => {
    swap($("place-head"), h("h2", {}, "Yardmaster"), h("span", { className: "faint" }, "App Home"));
    $("messages").replaceChildren();
    $("compose").replaceChildren();
    $("messages").scrollTop = 0;
    forget("home");
  });
  const pressed = (element) => confirmed(element, async () => {
    const answer = await control("POST", "slack/press", { user: state.me.id, view_id: home.id, action_id: element.action_id, value: element.value });
    complain(answer.error);
    await refresh();
  });
  $("messages").dataset.empty = home ? "" : "The bot has no home tab yet.";
  once("home", [home, state.me.id], () => swap($("messages"), home ? h("li", { className: "home" }, home.blocks.map((block) => blockNode(block, pressed))) : null));
}
function drawThread(channel) {
  const root = channel?.messages.find((message) => message.ts === state.thread);
  $("thread").hidden = !root;
  if (!root) return;
  once("thread", [channel.id, state.thread, state.me.id], () => swap($("thread"),
    h("header", {}, h("h2", {}, "Thread"), h("button", { type: "button", className: "plain", "aria-label": "Close the thread", onclick: closeThread }, "×")),
    h("ol", { className: "messages" }), composer("reply", "Reply…", () => ({ channel: channel.id, thread_ts: state.thread }))));
  fill($("thread").querySelector("ol"), channel, channel.messages.filter((message) => message.ts === root.ts || message.thread_ts === root.ts), false);
}
export function closeThread() {
  state.thread = null;
  $("thread").hidden = true;
}

/** Draws what somebody sees in Slack. */
export function drawSlack(screen) {
  state.slack = screen;
  if (state.place.kind === "channel" && !channelOf(state.place.id)) state.place = { kind: "channel", id: screen.channels[0]?.id };
  const channel = channelOf(state.place.id);
  if (channel) drawChannel(channel);
  else if (state.place.kind === "home") drawHome(screen.home);
  drawThread(channel);
  drawPlaces();
  const known = errorsSeen.get(state.me.id) ?? screen.errors.length;
  if (screen.errors.length > known) complain(screen.errors.at(-1));
  errorsSeen.set(state.me.id, screen.errors.length);
  once("modal", screen.view && [screen.view.id, screen.view.hash, screen.view.errors], () => drawModal(screen.view));
}
