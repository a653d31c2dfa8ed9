/** Block Kit's elements that a person acts on. `choosable` gives a control and how to read it; nothing is sent from here. */

import { h, sheet } from "./dom.js";
import { state, users } from "./state.js";
import { worded } from "./words.js";

const PEOPLE = /users_select$/;
const PLACES = /(conversations|channels)_select$/;
const FREE = { plain_text_input: "text", email_text_input: "email", url_text_input: "url", number_input: "number" };
const PICKED = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" };

function groupsOf(element) {
  if (PEOPLE.test(element.type)) return [{ options: users().map((one) => ({ text: { text: one.real_name }, value: one.id })) }];
  if (PLACES.test(element.type)) return [{ options: state.slack.channels.filter((one) => !one.is_im).map((one) => ({ text: { text: `#${one.name}` }, value: one.id })) }];
  return element.option_groups ?? [{ options: element.options ?? [] }];
}
function initially(element) {
  const one = element.initial_option?.value ?? element.initial_user ?? element.initial_conversation ?? element.initial_channel;
  const many = element.initial_options?.map((option) => option.value) ?? element.initial_users ?? element.initial_conversations ?? element.initial_channels;
  return many ?? (one === undefined ? [] : [one]);
}
function select(element, about) {
  const chosen = initially(element);
  const drawn = (option) => h("option", { value: option.value, selected: chosen.includes(option.value) }, option.text.text);
  const node = h("select", about, h("option", { value: "" }, element.placeholder?.text ?? "Choose…"),
    groupsOf(element).map((group) => (group.label ? h("optgroup", { label: group.label.text }, group.options.map(drawn)) : group.options.map(drawn))));
  return { node, read: () => node.value || undefined };
}
function boxes(element, about, type) {
  const chosen = initially(element);
  const drawn = (option) => h("label", { className: "choice" },
    h("input", { type, name: about.name, value: option.value, checked: chosen.includes(option.value) }),
    h("span", {}, worded(option.text), option.description ? h("small", { className: "faint" }, worded(option.description)) : null));
  const options = groupsOf(element).flatMap((group) => group.options.map(drawn));
  const many = element.type.startsWith("multi_");
  const node = many
    ? h("details", { className: "many" }, h("summary", {}, element.placeholder?.text ?? "Choose…"), options)
    : h("fieldset", { "aria-label": about["aria-label"] }, options);
  const read = () => {
    const values = [...node.querySelectorAll("input:checked")].map((box) => box.value);
    return type === "radio" ? values[0] : values.length ? values : undefined;
  };
  return { node, read };
}
function typed(element, about) {
  const node = h(element.multiline || element.type === "rich_text_input" ? "textarea" : "input", {
    ...about, ...(FREE[element.type] && !element.multiline ? { type: FREE[element.type] } : {}),
    value: element.initial_value ?? "", placeholder: element.placeholder?.text ?? "", ...(element.max_length ? { maxLength: element.max_length } : {}),
    ...(element.is_decimal_allowed ? { step: "any" } : {}),
  });
  const rich = (text) => ({ type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] });
  return { node, read: () => (node.value === "" ? undefined : element.type === "rich_text_input" ? rich(node.value) : node.value) };
}
function picked(element, about) {
  const local = (seconds) => new Date(seconds * 1000 - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  const value = element.initial_date ?? element.initial_time ?? (element.initial_date_time ? local(element.initial_date_time) : "");
  const node = h("input", { ...about, type: PICKED[element.type], value });
  const read = () => (node.value === "" ? undefined : element.type === "datetimepicker" ? Math.floor(new Date(node.value).getTime() / 1000) : node.value);
  return { node, read };
}

/** A menu whose options the app gives for what is typed; `suggest(element, words)` asks it. */
function offered(element, about, suggest) {
  const list = h("datalist", { id: `${about.name} offered` });
  const input = h("input", { ...about, list: list.id, autocomplete: "off", placeholder: element.placeholder?.text ?? "Type to search…", value: element.initial_option?.text.text ?? "" });
  let options = [element.initial_option].filter(Boolean);
  input.addEventListener("input", async () => {
    if (options.some((one) => one.text.text === input.value)) return;
    options = await suggest(element, input.value);
    list.replaceChildren(...options.map((one) => h("option", { value: one.text.text })));
  });
  const read = () => {
    const chosen = options.find((one) => one.text.text === input.value);
    return chosen && element.type.startsWith("multi_") ? [chosen] : chosen;
  };
  return { node: h("span", { className: "offered" }, input, list), read };
}

/** A control for an element that holds something, or null for one that does not. */
export function choosable(element, about = {}, suggest = async () => []) {
  const named = { ...about, name: about.name ?? element.action_id, "data-focus": element.action_id, "aria-label": about["aria-label"] ?? element.placeholder?.text ?? "Choose" };
  if (element.type.endsWith("external_select")) return offered(element, named, suggest);
  if (element.type === "radio_buttons") return boxes(element, named, "radio");
  if (element.type === "checkboxes" || element.type.startsWith("multi_")) return boxes(element, named, "checkbox");
  if (element.type.endsWith("_select")) return select(element, named);
  if (element.type in PICKED) return picked(element, named);
  return element.type in FREE || element.type === "rich_text_input" ? typed(element, named) : null;
}

function button(element, press) {
  const about = { type: "button", className: element.style ?? "", "data-focus": `${element.action_id} ${element.value ?? ""}`, "aria-label": element.accessibility_label };
  const follow = () => element.url && /^https?:/.test(element.url) && window.open(element.url, "_blank", "noopener");
  return h("button", { ...about, onclick: (event) => { follow(); press(element, event.currentTarget); } }, worded(element.text));
}
function overflow(element, press) {
  const choose = (option) => (event) => {
    event.currentTarget.closest("details").open = false;
    press({ ...element, value: option.value }, event.currentTarget);
  };
  return h("details", { className: "overflow" }, h("summary", { "aria-label": "More actions", "data-focus": element.action_id }, "⋯"),
    h("div", { className: "menu" }, element.options.map((option) => h("button", { type: "button", onclick: choose(option) }, worded(option.text)))));
}

/** An element of a message, a home tab, or between the inputs of a modal; `press(element, node)` is told what was done. */
export function elementNode(element, press) {
  if (element.type === "mrkdwn" || element.type === "plain_text") return h("span", {}, worded(element));
  if (element.type === "image") return picture(element, true);
  if (element.type === "button" || element.type === "workflow_button") return button(element, press);
  if (element.type === "overflow") return overflow(element, press);
  const control = choosable(element, {}, press.suggest);
  if (!control) return h("span", { className: "faint" }, `[${element.type}]`);
  const tell = () => {
    const value = control.read();
    if (value !== undefined) press({ ...element, value }, control.node);
  };
  control.node.addEventListener("change", tell);
  return control.node;
}

/** An image: what the app uploaded; one from elsewhere is not fetched, its description and address stand in for it. */
export function picture(image, small = false) {
  if (image.slack_file?.id) return h("img", { src: `/_sandbox/slack/files/${encodeURIComponent(image.slack_file.id)}`, alt: image.alt_text, className: small ? "thumb" : "uploaded" });
  const url = image.image_url ?? "";
  if (url.startsWith("data:image/")) return h("img", { src: url, alt: image.alt_text, className: small ? "thumb" : "" });
  return h("span", { className: small ? "thumb stand-in" : "stand-in", role: "img", "aria-label": image.alt_text, title: url }, small ? "🖼" : `🖼 ${image.alt_text}`);
}

/** Asks what an element wants confirmed, then goes on. */
export function confirmed(element, goOn) {
  const asked = element.confirm;
  if (!asked) return goOn();
  const send = async () => { goOn(); };
  return sheet(asked.title.text, h("p", {}, worded(asked.text)), { send, label: asked.confirm.text, dismiss: asked.deny.text, danger: asked.style === "danger" });
}
