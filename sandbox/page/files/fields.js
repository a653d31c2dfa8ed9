/** Jira's fields as inputs, from what createmeta, editmeta, transitions and request types say of them. Sends nothing. */

import { h } from "./dom.js";
import { state } from "./state.js";

const SHOWN = ["summary", "description", "priority", "assignee", "components", "versions", "labels", "duedate", "resolution"];
const HIDDEN = new Set(["project", "issuetype", "reporter", "parent", "issuelinks"]);
const MOST_SHOWN = 4;
const nameIn = (value) => value.name ?? value.value;

function options(field, value) {
  const held = new Set([value].flat().filter(Boolean).map((one) => String(one.id)));
  return field.allowedValues.map((one) => h("option", { value: one.id, selected: held.has(String(one.id)) }, nameIn(one)));
}
function people(value) {
  const known = new Map(state.accounts.map((one) => [one.accountId, one.displayName]));
  const held = new Set([value].flat().filter(Boolean).map((one) => one.accountId));
  return [...known].map(([id, name]) => h("option", { value: id, selected: held.has(id) }, name));
}

/** A labelled input for a field with the value it has now. */
export function fieldNode(id, field, value) {
  const about = { name: id, id: `field-${id}`, required: field.required };
  const many = field.schema.type === "array";
  const kind = many ? field.schema.items : field.schema.type;
  const none = () => (field.required ? [] : [h("option", { value: "" }, "—")]);
  let input;
  if (field.allowedValues) input = h("select", { ...about, multiple: many, size: many ? Math.min(field.allowedValues.length, MOST_SHOWN) : undefined }, many ? [] : none(), options(field, value));
  else if (kind === "user") input = h("select", { ...about, multiple: many }, many ? [] : none(), people(value));
  else if (kind === "date") input = h("input", { ...about, type: "date", value: value ?? "" });
  else if (kind === "number") input = h("input", { ...about, type: "number", step: "any", value: value ?? "" });
  else if (["description", "environment"].includes(field.schema.system)) input = h("textarea", { ...about, rows: 6, value: value ?? "" });
  else input = h("input", { ...about, value: many ? (value ?? []).join(" ") : value ?? "", maxLength: 255 });
  const note = kind === "string" && many ? " (separated by spaces)" : "";
  return h("div", { className: "input" }, h("label", { htmlFor: about.id }, field.name, note, field.required ? h("span", { className: "wrong", "aria-hidden": "true" }, " *") : null), input);
}

/** What a form's input holds, in the form that Jira takes; undefined where a new issue need not name it. */
function valueOf(input, field) {
  const kind = field.schema.type === "array" ? field.schema.items : field.schema.type;
  const one = (value) => (kind === "user" ? { accountId: value } : { id: value });
  if (input.multiple) return [...input.selectedOptions].map((option) => one(option.value));
  if (field.schema.type === "array") return input.value.split(/\s+/).filter(Boolean);
  if (input.value === "") return null;
  if (input.tagName === "SELECT") return one(input.value);
  return kind === "number" ? Number(input.value) : input.value;
}

/** Those fields that a person fills in, the usual ones first. */
export function usual(fields) {
  const rank = (id) => (SHOWN.includes(id) ? SHOWN.indexOf(id) : SHOWN.length);
  const fit = ([id, field]) => !HIDDEN.has(id) && (field.required || field.allowedValues?.length !== 0) && (field.required || SHOWN.includes(id) || (id.startsWith("customfield_") && ["number", "string", "option", "date"].includes(field.schema.type)));
  return Object.entries(fields).filter(fit).sort(([one], [other]) => rank(one) - rank(other));
}

/** The values of a form; with `before`, only what changed. */
export function read(form, fields, before) {
  const values = {};
  for (const [id, field] of Object.entries(fields)) {
    const input = form.elements.namedItem(id);
    if (!input) continue;
    const value = valueOf(input, field);
    const empty = value === null || (Array.isArray(value) && !value.length);
    if (before ? !same(value, before[id]) : !empty) values[id] = value;
  }
  return values;
}
function same(value, held) {
  const bare = (one) => (Array.isArray(one) ? one.map(bare).sort().join("|") : String(one?.accountId ?? one?.id ?? one ?? ""));
  return bare(value) === bare(held);
}
