/** Where people write: messages, answers in a thread, and slash commands with their hints. */

import { complain, h } from "./dom.js";
import { control, refresh, state } from "./state.js";
import { written } from "./words.js";

/** What the app's manifest offers, as Slack's client would know it, and the words that `/yard` understands. */
export const COMMANDS = [{ command: "/yard", description: "Ask Yardmaster what it did and why, or stop it", usage_hint: "[help | status | pending | why KEY | related KEY or text | impact KEY | queue PROJECT | blocked PROJECT | risk | who KEY | sla KEY | approvals | away | delegate | mute | connect | disconnect | stop | resume]" }];
/** The shortcuts that the manifest puts into the menu of each message. */
export const SHORTCUTS = [{ name: "Is this known?", callback_id: "known.asked" }, { name: "Make a request of it", callback_id: "request.made" }];
const hintsOf = (one) => [`${one.command} `, ...one.usage_hint.slice(1, -1).split(" | ").map((word) => `${one.command} ${word}`)];

function matches(words) {
  if (words[0] !== "/") return [];
  return COMMANDS.flatMap((one) => hintsOf(one).map((text) => ({ text, about: text.trim() === one.command ? `${one.description} ${one.usage_hint}` : "" })))
    .filter((hint) => hint.text.startsWith(words) && hint.text !== words).slice(0, 12);
}
async function send(words, place) {
  const where = { user: state.me.id, ...place };
  const [command, ...rest] = words.split(" ");
  const answer = words[0] === "/"
    ? await control("POST", "slack/command", { ...where, command, text: rest.join(" ") })
    : await control("POST", "slack/message", { ...where, text: written(words, state.people) });
  complain(answer.error);
  await refresh();
}

/** A form for one place; `place()` gives the channel, and the thread if there is one. */
export function composer(id, label, place) {
  const list = h("ul", { className: "hints", id: `${id}-hints`, role: "listbox", hidden: true, "aria-label": "Commands" });
  const input = h("input", { id, autocomplete: "off", "aria-label": label, placeholder: label, role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "data-focus": id });
  let chosen = -1;
  const take = (text) => { input.value = text.replace(/KEY.*$/, ""); show(); input.focus(); };
  const show = () => {
    const found = matches(input.value);
    chosen = -1;
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    list.replaceChildren(...found.map((hint, place) => h("li", { role: "option", id: `${id}-hint-${place}`, "data-text": hint.text, onmousedown: (event) => { event.preventDefault(); take(hint.text); } }, h("b", {}, hint.text), h("span", { className: "faint" }, ` ${hint.about}`))));
  };
  const step = (by) => {
    const options = [...list.children];
    chosen = (chosen + by + options.length) % options.length;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === chosen)));
    input.setAttribute("aria-activedescendant", options[chosen].id);
  };
  input.addEventListener("input", show);
  input.addEventListener("blur", () => { list.hidden = true; });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); step(event.key === "ArrowDown" ? 1 : -1); }
    if (event.key === "Escape") { event.stopPropagation(); list.hidden = true; }
    if ((event.key === "Tab" || event.key === "Enter") && chosen >= 0) { event.preventDefault(); take(list.children[chosen].dataset.text); }
  });
  const submit = (event) => {
    event.preventDefault();
    const words = input.value.trim();
    input.value = "";
    list.hidden = true;
    if (words) send(words, place());
  };
  return h("form", { className: "composer", onsubmit: submit }, list, input, h("button", { className: "primary" }, "Send"));
}
