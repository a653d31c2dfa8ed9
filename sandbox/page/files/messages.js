/** Draws messages: whose, when, their blocks, reactions, the thread below. Acts of people go out through the control API. */

import { complain, face, h } from "./dom.js";
import { blockNode } from "./blocks.js";
import { SHORTCUTS } from "./composer.js";
import { confirmed } from "./elements.js";
import { control, nameOf, person, refresh, state } from "./state.js";
import { emoji, marked } from "./words.js";

async function act(path, body) {
  const answer = await control("POST", `slack/${path}`, { user: state.me.id, ...body });
  complain(answer.error);
  await refresh();
  return answer;
}
const suggester = (place) => async (element, value) => (await control("POST", "slack/suggest", { user: state.me.id, ...place, action_id: element.action_id, value })).options ?? [];
const presser = (channel, message) => Object.assign((element, node) => confirmed(element, async () => {
  node.disabled = true;
  await act("press", { channel, ts: message.ts, action_id: element.action_id, value: element.value });
  node.disabled = false;
}), { suggest: suggester({ channel, ts: message.ts }) });
function reactions(channel, message) {
  return h("div", { className: "reactions" }, (message.reactions ?? []).map((one) => {
    const mine = one.users.includes(state.me.id);
    const toggle = () => act("reaction", { channel, ts: message.ts, reaction: one.name, remove: mine });
    return h("button", { type: "button", className: mine ? "reaction mine" : "reaction", title: one.users.map(nameOf).join(", "), "aria-pressed": String(mine), "aria-label": `${one.name}, ${one.count}`, onclick: toggle }, `${emoji(one.name)} ${one.count}`);
  }));
}
function attachment(one, press) {
  const text = one.blocks ? one.blocks.map((block) => blockNode(block, press)) : [one.pretext, one.title, one.text].filter(Boolean).map((words) => h("div", {}, marked(words)));
  return h("div", { className: "attachment", style: /^#?[0-9a-f]{6}$/i.test(one.color ?? "") ? `border-color: #${one.color.replace("#", "")}` : "" }, text);
}
function shortcuts(channel, message) {
  const use = (one) => (event) => { event.target.closest("details").open = false; return act("shortcut", { channel, ts: message.ts, callback_id: one.callback_id }); };
  return h("details", { className: "overflow" }, h("summary", { title: "More", "aria-label": "Shortcuts for this message" }, "⋯"),
    h("div", { className: "menu" }, SHORTCUTS.map((one) => h("button", { type: "button", onclick: use(one) }, one.name))));
}
function toolbar(channel, message, openThread) {
  if (message.is_ephemeral) return null;
  const add = (name) => h("button", { type: "button", title: `React with ${emoji(name)}`, "aria-label": `React with ${name}`, onclick: () => act("reaction", { channel, ts: message.ts, reaction: name }) }, emoji(name));
  return h("div", { className: "tools" }, add("+1"), add("eyes"), add("ticket"), shortcuts(channel, message), openThread ? h("button", { type: "button", title: "Reply in a thread", "aria-label": "Reply in a thread", onclick: openThread }, "💬") : null);
}
function thread(message, openThread) {
  if (!openThread || !message.reply_count) return null;
  return h("button", { type: "button", className: "replies", "data-focus": `replies ${message.ts}`, onclick: openThread }, message.reply_users.map((id) => face(nameOf(id), person(id)?.is_bot)),
    `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`);
}

/** One message as an item of a list; `openThread` is absent within a thread. */
export function messageNode(channel, message, openThread, isUpdate = false) {
  const who = person(message.user);
  const time = new Date(Number(message.ts) * 1000);
  const press = presser(channel, message);
  const blocks = message.blocks?.length ? message.blocks.map((block) => blockNode(block, press)) : [h("div", { className: "said" }, marked(message.text ?? ""))];
  const classes = ["message", message.is_ephemeral ? "private" : "", isUpdate ? "updated" : ""].filter(Boolean).join(" ");
  return h("li", { className: classes, "data-ts": message.ts },
    face(who?.real_name ?? message.user, who?.is_bot),
    h("div", { className: "content" },
      h("div", { className: "by" }, h("b", {}, who?.real_name ?? message.user), who?.is_bot ? h("span", { className: "app" }, "APP") : null,
        h("time", { className: "faint", title: time.toLocaleString() }, time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })),
        message.edited ? h("span", { className: "faint" }, "(edited)") : null),
      message.is_ephemeral ? h("div", { className: "faint only" }, "👁 Only visible to you") : null,
      blocks, (message.attachments ?? []).map((one) => attachment(one, press)), reactions(channel, message), thread(message, openThread)),
    toolbar(channel, message, openThread));
}
