/** The dialogs of Jira: create, edit, move with a screen, link, raise a request. */

import { $, h, sheet } from "./dom.js";
import { fieldNode, read, usual } from "./fields.js";
import { desk, jira, refresh, state, wrongIn } from "./state.js";

const gone = async (answer, done = () => {}) => {
  if (!answer.ok) return wrongIn(answer);
  done(answer.body);
  await refresh();
  return "";
};
const nodes = (fields, values = {}) => usual(fields).map(([id, field]) => fieldNode(id, field, values[id]));

export async function create() {
  const key = state.project ?? state.projects[0]?.key;
  if (!key) return;
  const place = h("div");
  let fields = {};
  const kinds = h("select", { id: "new-kind", name: "kind" });
  const projects = h("select", { id: "new-project", name: "project" }, state.projects.map((one) => h("option", { value: one.key, selected: one.key === key }, `${one.name} (${one.key})`)));
  const drawFields = async () => {
    const answer = await jira("GET", `issue/createmeta/${projects.value}/issuetypes/${kinds.value}`);
    fields = Object.fromEntries((answer.body?.fields ?? []).map((field) => [field.fieldId, field]));
    place.replaceChildren(...nodes(fields));
  };
  const drawKinds = async () => {
    const answer = await jira("GET", `issue/createmeta/${projects.value}/issuetypes`);
    kinds.replaceChildren(...(answer.body?.issueTypes ?? []).filter((one) => !one.subtask).map((one) => h("option", { value: one.id }, one.name)));
    await drawFields();
  };
  projects.addEventListener("change", drawKinds);
  kinds.addEventListener("change", drawFields);
  await drawKinds();
  const send = async (form) => gone(await jira("POST", "issue", { fields: { project: { key: projects.value }, issuetype: { id: kinds.value }, ...read(form, fields) } }), (made) => { location.hash = made.key; });
  sheet("Create an issue", [h("div", { className: "input two" }, h("div", {}, h("label", { htmlFor: "new-project" }, "Project"), projects), h("div", {}, h("label", { htmlFor: "new-kind" }, "Type"), kinds)), place], { send, label: "Create" });
  $("sheet").querySelector("[name=summary]")?.focus();
}

export async function edit(issue) {
  const answer = await jira("GET", `issue/${issue.key}/editmeta`);
  const fields = answer.body?.fields ?? {};
  const send = async (form) => gone(await jira("PUT", `issue/${issue.key}`, { fields: read(form, fields, issue.fields) }));
  sheet(`Edit ${issue.key}`, answer.ok ? nodes(fields, issue.fields) : h("p", { className: "wrong" }, wrongIn(answer)), { send });
}

/** Moves an issue; asks for what the move's screen has. */
export async function move(key, transition) {
  const fields = transition.fields ?? {};
  const go = async (values) => gone(await jira("POST", `issue/${key}/transitions`, { transition: { id: transition.id }, fields: values }));
  if (!Object.keys(fields).length) return go({});
  const content = Object.entries(fields).map(([id, field]) => fieldNode(id, field, field.allowedValues?.[0]));
  return sheet(`${transition.name}: ${key}`, content, { send: (form) => go(read(form, fields)), label: transition.name });
}

export async function link(key) {
  const answer = await jira("GET", "issueLinkType");
  const kinds = (answer.body?.issueLinkTypes ?? []).flatMap((one) => [[one.name, "outward", one.outward], [one.name, "inward", one.inward]]);
  const content = [
    h("div", { className: "input" }, h("label", { htmlFor: "link-kind" }, `${key}…`), h("select", { id: "link-kind" }, kinds.map(([, , words], place) => h("option", { value: place }, words)))),
    h("div", { className: "input" }, h("label", { htmlFor: "link-other" }, "Issue"), h("input", { id: "link-other", required: true, placeholder: "PAY-1", pattern: "[A-Za-z][A-Za-z0-9_]*-[0-9]+" })),
  ];
  const send = async () => {
    const [name, direction] = kinds[Number($("link-kind").value)];
    const [here, there] = [{ key }, { key: $("link-other").value.trim().toUpperCase() }];
    const ends = direction === "outward" ? { inwardIssue: here, outwardIssue: there } : { inwardIssue: there, outwardIssue: here };
    return gone(await jira("POST", "issueLink", { type: { name }, ...ends }));
  };
  sheet("Link an issue", content, { send, label: "Link" });
}

/** Raises a request at a service desk, with the form of its type. */
export async function raise(deskId) {
  const answer = await desk("GET", `servicedesk/${deskId}/requesttype?expand=field`);
  const types = answer.body?.values ?? [];
  const place = h("div");
  const choice = h("select", { id: "request-type" }, types.map((one) => h("option", { value: one.id }, one.name)));
  const schema = (field) => ({ required: field.required, name: field.name, schema: { ...field.jiraSchema, ...(field.fieldId === "description" ? { system: "description" } : {}) },
    ...(field.validValues?.length ? { allowedValues: field.validValues.map((one) => ({ id: one.value, name: one.label })) } : {}) });
  let fields = {};
  const draw = async () => {
    const type = types.find((one) => one.id === choice.value);
    const meta = await jira("GET", `issue/createmeta/${state.project}/issuetypes/${type?.issueTypeId}`);
    const known = Object.fromEntries((meta.body?.fields ?? []).map((field) => [field.fieldId, field]));
    const described = (field) => ({ ...(known[field.fieldId] ?? schema(field)), required: field.required, name: field.name });
    fields = Object.fromEntries((type?.fields?.requestTypeFields ?? []).map((field) => [field.fieldId, described(field)]));
    place.replaceChildren(h("p", { className: "faint" }, type?.helpText || type?.description || ""), ...Object.entries(fields).map(([id, field]) => fieldNode(id, field)));
  };
  choice.addEventListener("change", draw);
  await draw();
  const send = async (form) => gone(await desk("POST", "request", { serviceDeskId: String(deskId), requestTypeId: choice.value, requestFieldValues: read(form, fields) }), (made) => { location.hash = made.issueKey; });
  sheet("Raise a request", [h("div", { className: "input" }, h("label", { htmlFor: "request-type" }, "What can we help you with?"), choice), place], { send, label: "Send" });
}
