/** Slack's modals: inputs with hints and errors, submit and close. What was typed survives an update of the view. */

import { $, complain, h } from "./dom.js";
import { blockNode } from "./blocks.js";
import { choosable, confirmed } from "./elements.js";
import { control, refresh, state } from "./state.js";

let inputs = [];

function inputNode(block, errors, pressed) {
  const wrong = errors[block.block_id];
  const about = { id: `in-${block.block_id}`, name: `${block.block_id} ${block.element.action_id}`, "aria-label": block.label.text, "aria-invalid": wrong ? "true" : undefined, "aria-describedby": `about-${block.block_id}` };
  const made = choosable(block.element, about, pressed.suggest);
  if (!made) return h("p", { className: "faint" }, `${block.label.text}: this kind of input is not shown here [${block.element.type}]`);
  inputs.push({ block: block.block_id, action: block.element.action_id, ...made });
  if (block.dispatch_action) made.node.addEventListener("change", () => pressed({ ...block.element, value: made.read() }));
  return h("div", { className: wrong ? "input invalid" : "input" },
    h("label", { htmlFor: about.id }, block.label.text, block.optional ? h("span", { className: "faint" }, " (optional)") : null), made.node,
    h("div", { id: about["aria-describedby"] }, wrong ? h("div", { className: "wrong", role: "alert" }, wrong) : null, block.hint ? h("div", { className: "faint" }, block.hint.text) : null));
}
function collected() {
  const values = {};
  for (const one of inputs) {
    const value = one.read();
    if (value !== undefined) (values[one.block] ??= {})[one.action] = value;
  }
  return values;
}
function refill(before) {
  for (const one of inputs) {
    const held = before.find((old) => old.block === one.block && old.action === one.action && old.node.tagName === one.node.tagName);
    if (held && "value" in held.node) one.node.value = held.node.value;
  }
}

/** Shows the view on top of the stack; without one, closes. */
export function drawModal(view) {
  const dialog = $("modal");
  if (!view) { inputs = []; return dialog.open && dialog.close(); }
  const before = dialog.dataset.view === view.id ? inputs : [];
  inputs = [];
  const pressed = (element) => confirmed(element, async () => {
    const answer = await control("POST", "slack/press", { user: state.me.id, view_id: view.id, action_id: element.action_id, value: element.value, values: collected() });
    complain(answer.error);
    await refresh();
  });
  pressed.suggest = async (element, value) => (await control("POST", "slack/suggest", { user: state.me.id, view_id: view.id, action_id: element.action_id, value, values: collected() })).options ?? [];
  const submit = async (event) => {
    event.preventDefault();
    const answer = await control("POST", "slack/submit", { user: state.me.id, view_id: view.id, values: collected() });
    if (Object.keys(answer.errors ?? {}).length) return drawModal({ ...view, errors: answer.errors });
    complain(answer.error);
    return refresh();
  };
  const leave = async () => { await control("POST", "slack/close", { user: state.me.id, view_id: view.id }); await refresh(); };
  dialog.oncancel = (event) => { event.preventDefault(); leave(); };
  dialog.dataset.view = view.id;
  const rows = view.blocks.map((block) => (block.type === "input" ? inputNode(block, view.errors ?? {}, pressed) : blockNode(block, pressed)));
  dialog.replaceChildren(h("form", { onsubmit: submit, noValidate: true },
    h("header", {}, h("h2", { id: "modal-title" }, view.title?.text ?? ""), h("button", { type: "button", className: "plain", "aria-label": "Close", onclick: leave }, "×")),
    h("div", { className: "body" }, rows),
    h("div", { className: "row end" }, h("button", { type: "button", onclick: leave }, view.close?.text ?? "Close"), view.submit ? h("button", { className: "primary" }, view.submit.text) : null)));
  refill(before);
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("[aria-invalid=true]") ?? inputs[0]?.node)?.focus();
}
