/** The Jira-like side: projects, their board, a service desk's queues, a list to search, and the issue that is open. */

import { $, face, forget, h, keep, once, swap } from "./dom.js";
import { create, raise } from "./forms.js";
import { drawIssue, lozenge, priority } from "./issue.js";
import { firstClock } from "./desk.js";
import { desk, jira, refresh, state, wrongIn } from "./state.js";
import { ago, jiraDate } from "./words.js";

const FIELDS = "summary,status,priority,assignee,issuetype,updated,resolution";
const COLUMNS = [["new", "To do"], ["indeterminate", "In progress"], ["done", "Done"]];
const MOST = 100;
const projectNow = () => state.projects.find((one) => one.key === state.project);

async function search(jql) {
  const answer = await jira("GET", `search/jql?maxResults=${MOST}&fields=${[FIELDS, ...state.clocks]}&jql=${encodeURIComponent(jql)}`);
  return { issues: answer.body?.issues ?? [], wrong: wrongIn(answer) };
}
/** An issue without its clocks, which differ at each look. */
const timeless = (issue) => ({ ...issue, fields: Object.fromEntries(Object.entries(issue.fields).filter(([name]) => !state.clocks.includes(name))) });
function card(issue, isUpdate) {
  const f = issue.fields;
  return h("li", { className: isUpdate ? "card updated" : "card" }, h("a", { href: `#${issue.key}`, "data-focus": issue.key },
    h("span", { className: "summary" }, f.summary),
    h("span", { className: "foot" }, priority(f.priority), h("span", { className: "key" }, issue.key), h("span", { className: "grow" }), f.status.statusCategory.key === "indeterminate" || f.status.name === "Needs triage" ? lozenge(f.status) : f.resolution ? h("span", { className: "faint" }, f.resolution.name) : null, f.assignee ? h("span", { title: f.assignee.displayName }, face(f.assignee.displayName, f.assignee.accountType === "app")) : null)));
}
function row(issue, isUpdate) {
  const f = issue.fields;
  return h("li", { className: isUpdate ? "row-issue updated" : "row-issue" }, h("a", { href: `#${issue.key}`, "data-focus": issue.key },
    priority(f.priority), h("span", { className: "key" }, issue.key), h("span", { className: "summary" }, f.summary), h("span", { className: "sla" }), lozenge(f.status), h("time", { className: "faint" }, ago(jiraDate(f.updated)))));
}
async function drawBoard() {
  const { issues, wrong } = await search(`project = ${state.project} ORDER BY updated DESC`);
  once("view", ["board", state.project, state.me.id], () => swap($("view"), h("div", { className: "board" }, COLUMNS.map(([key, name]) =>
    h("section", { "aria-label": name }, h("h3", {}, name, h("span", { className: "count", id: `count-${key}` })), h("ul", { id: `column-${key}` }))))));
  for (const [key] of COLUMNS) {
    const inside = issues.filter((issue) => issue.fields.status.statusCategory.key === key);
    $(`count-${key}`).textContent = inside.length;
    keep($(`column-${key}`), inside.map(timeless), (issue) => issue.key, card);
  }
  $("view").dataset.empty = wrong;
}
function drawRows(name, { issues, wrong }) {
  once("view", [name, state.project, state.me.id], () => swap($("view"), h("ul", { className: "rows", id: "rows" })));
  keep($("rows"), issues.map(timeless), (issue) => issue.key, row);
  issues.forEach((issue, place) => $("rows").children[place].querySelector(".sla").replaceChildren(firstClock(issue, state.clocks) ?? ""));
  $("view").dataset.empty = wrong || (issues.length ? "" : "No issue fits.");
}
function drawList() {
  const words = state.words.replace(/["\\]/g, " ").trim();
  const where = words ? (/^[A-Za-z]\w*-\d+$/.test(words) ? `(text ~ "${words}" OR key = ${words.toUpperCase()})` : `text ~ "${words}"`) : `project = ${state.project}`;
  return search(`${where} ORDER BY updated DESC`).then((found) => drawRows(`list ${words}`, found));
}
async function drawQueue() {
  const queues = (await desk("GET", `servicedesk/${state.desk}/queue?includeCount=true`)).body?.values;
  if (!queues) { swap($("queues")); return drawRows("no queue", { issues: [], wrong: `${state.me.real_name} is no agent of this desk. Priya and Tom are; or raise a request.` }); }
  const chosen = queues.find((one) => one.id === state.queue) ?? queues[0];
  once("queues", [queues, chosen.id, state.me.id], () => swap($("queues"), queues.map((one) => h("button", { type: "button", "data-focus": `queue ${one.id}`, "aria-pressed": String(one.id === chosen.id), onclick: () => { state.queue = one.id; refresh(); } }, one.name, h("span", { className: "count" }, one.issueCount)))));
  return drawRows(`queue ${chosen.id}`, await search(chosen.jql));
}
function drawBar() {
  const isDesk = projectNow()?.projectTypeKey === "service_desk";
  const tabs = [["board", "Board"], ...(isDesk ? [["queue", "Queues"]] : []), ["list", "List"]];
  if (!tabs.some(([name]) => name === state.tab)) state.tab = "board";
  once("bar", [state.projects.map((one) => one.key), state.project, state.tab, state.me.id, isDesk], () => {
    $("project").replaceChildren(...state.projects.map((one) => h("option", { value: one.key, selected: one.key === state.project }, one.name)));
    swap($("tabs"), tabs.map(([name, label]) => h("button", { type: "button", "data-focus": `tab ${name}`, "aria-pressed": String(name === state.tab), onclick: () => { state.tab = name; state.words = $("filter").value = ""; location.hash = ""; refresh(); } }, label)),
      isDesk ? h("button", { type: "button", className: "plain", "data-focus": "raise", onclick: () => raise(state.desk) }, "Raise a request") : null);
  });
  $("queues").hidden = state.tab !== "queue" || Boolean(state.issue);
}

/** Reads who and what there is in Jira for the person chosen. */
export async function meetJira() {
  const [projects, accounts, desks, fields] = await Promise.all([jira("GET", "project"), jira("GET", "users/search?maxResults=200"), desk("GET", "servicedesk"), jira("GET", "field")]);
  state.clocks = (fields.ok ? fields.body : []).filter((one) => one.schema?.custom?.endsWith(":sd-sla-field")).map((one) => one.id);
  state.projects = projects.ok ? projects.body : [];
  state.accounts = (accounts.ok ? accounts.body : []).filter((one) => one.accountType === "atlassian" && one.active);
  state.desk = desks.body?.values?.[0]?.id;
  if (!projectNow()) state.project = state.projects.find((one) => one.key === "WEB")?.key ?? state.projects[0]?.key;
  forget("bar", "view", "issue", "queues");
}

/** Reads and draws the side as it stands. */
export async function drawJira() {
  const open = Boolean(state.issue);
  $("issue").hidden = !open;
  $("view").hidden = open;
  drawBar();
  if (!state.projects.length) { $("view").dataset.empty = `${state.me.real_name} has no account in Jira.`; return swap($("view")); }
  if (open) return drawIssue();
  forget("issue");
  if (state.words) return drawList();
  return state.tab === "board" ? drawBoard() : state.tab === "queue" ? drawQueue() : drawList();
}

/** Connects what stands on the page from the beginning. */
export function wireJira() {
  $("project").addEventListener("change", () => { state.project = $("project").value; state.queue = null; location.hash = ""; refresh(); });
  $("filter").addEventListener("input", () => { state.words = $("filter").value; if (state.issue) location.hash = ""; refresh(); });
  $("new").addEventListener("click", create);
}
