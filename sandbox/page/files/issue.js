/** One issue: what it says, where it may move, its links, comments and history. */

import { $, complain, face, forget, h, once, swap } from "./dom.js";
import { deskNodes, deskPart } from "./desk.js";
import { edit, link, move } from "./forms.js";
import { jira, refresh, state, wrongIn } from "./state.js";
import { ago, address, jiraDate, wiki } from "./words.js";

export const lozenge = (status) => h("span", { className: `lozenge ${status.statusCategory.key}` }, status.name);
const cut = (text) => ((text ?? "").length > 90 ? `${text.slice(0, 90)}…` : text || "none");
const names = (values) => (values ?? []).map((one) => one.name).join(", ");

/** Priorities have a mark and a word, so that they are told apart without colour too. */
export function priority(one) {
  const marks = { Highest: "⏫", High: "🔼", Medium: "▪", Low: "🔽", Lowest: "⏬" };
  return one ? h("span", { className: "priority", title: `Priority: ${one.name}` }, marks[one.name] ?? "▪") : null;
}
function links(issue) {
  const rows = issue.fields.issuelinks.map((one) => {
    const other = one.outwardIssue ?? one.inwardIssue;
    return h("li", {}, h("span", { className: "faint" }, `${one.outwardIssue ? one.type.outward : one.type.inward} `), h("a", { href: `#${other.key}` }, other.key), ` ${other.fields.summary} `, lozenge(other.fields.status));
  });
  const remote = issue.remote.map((one) => h("li", {}, address(one.object.url, one.object.title) ?? one.object.title));
  return h("section", {}, h("h3", {}, "Links"), h("ul", { className: "links" }, rows, remote), h("button", { type: "button", className: "plain", "data-focus": "link", onclick: () => link(issue.key) }, "+ Link an issue"));
}
function comments(issue) {
  const say = async (event) => {
    event.preventDefault();
    const box = event.target.elements.body;
    const answer = await jira("POST", `issue/${issue.key}/comment`, { body: box.value });
    if (!answer.ok) return complain(wrongIn(answer));
    box.value = "";
    return refresh();
  };
  const one = (comment) => h("li", {}, face(comment.author.displayName, comment.author.accountType === "app"), h("div", {},
    h("div", { className: "by" }, h("b", {}, comment.author.displayName), h("time", { className: "faint", title: comment.created }, ago(jiraDate(comment.created))), comment.jsdPublic === false ? h("span", { className: "lozenge" }, "internal") : null),
    h("div", { className: "wiki" }, wiki(comment.body))));
  return h("section", {}, h("h3", {}, "Comments"), h("ol", { className: "comments" }, issue.fields.comment.comments.map(one)),
    h("form", { className: "say", onsubmit: say }, h("textarea", { name: "body", rows: 2, required: true, "aria-label": "Add a comment", placeholder: "Add a comment…", "data-focus": "comment", value: state.draft?.key === issue.key ? state.draft.text : "", oninput: (event) => { state.draft = { key: issue.key, text: event.target.value }; } }), h("button", {}, "Comment")));
}
function history(issue) {
  const entries = [...issue.changelog.histories].sort((one, other) => jiraDate(other.created) - jiraDate(one.created));
  if (!entries.length) return null;
  const change = (item) => h("div", {}, h("b", {}, item.field), ` ${cut(item.fromString)} → ${cut(item.toString)}`);
  return h("details", { open: state.historyOpen, ontoggle: (event) => { state.historyOpen = event.target.open; } }, h("summary", {}, `History (${entries.length})`),
    h("ol", { className: "history" }, entries.map((entry) => h("li", {}, h("span", { className: "faint" }, `${entry.author.displayName}, ${ago(jiraDate(entry.created))}`), entry.items.map(change)))));
}
function details(f) {
  const rows = { Resolution: f.resolution?.name, Priority: f.priority?.name, Assignee: f.assignee?.displayName ?? "Unassigned", Reporter: f.reporter?.displayName, Components: names(f.components), Versions: names(f.versions), Labels: (f.labels ?? []).join(", "), Due: f.duedate, Created: ago(jiraDate(f.created)) };
  return h("dl", {}, Object.entries(rows).filter(([, value]) => value).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}
function issueNodes(issue, part) {
  const f = issue.fields;
  return [
    h("header", {}, h("a", { href: "#", className: "back", "data-focus": "back" }, "← Back"), h("span", { className: "faint" }, f.issuetype.name), h("b", {}, issue.key), h("span", { className: "grow" }), h("button", { type: "button", "data-focus": "why", onclick: () => { state.stage = "bot"; document.body.dataset.view = "stage"; forget("stage"); refresh(); } }, "What did the bot do?")),
    h("h2", {}, priority(f.priority), " ", f.summary),
    h("div", { className: "row" }, lozenge(f.status), issue.transitions.map((one) => h("button", { type: "button", title: `to ${one.to.name}`, "data-focus": `move ${one.id}`, onclick: () => move(issue.key, one).then?.((problem) => complain(problem)) }, one.name)), h("button", { type: "button", className: "plain", "data-focus": "edit", onclick: () => edit(issue) }, "✎ Edit")),
    ...deskNodes(issue.key, part), details(f),
    f.description ? h("section", {}, h("h3", {}, "Description"), h("div", { className: "wiki" }, wiki(f.description))) : null,
    links(issue), comments(issue), history(issue),
  ];
}

const isRequest = (key) => state.projects.some((one) => key.startsWith(`${one.key}-`) && one.projectTypeKey === "service_desk");

/** Reads and draws the issue that is open. */
export async function drawIssue() {
  const key = state.issue;
  const [answer, remote, part] = await Promise.all([jira("GET", `issue/${key}?expand=changelog,transitions.fields`), jira("GET", `issue/${key}/remotelink`), isRequest(key) ? deskPart(key) : null]);
  if (state.issue !== key) return;
  if (answer.ok) state.project = answer.body.fields.project?.key ?? state.project;
  const steady = (text) => JSON.stringify(text, (name, value) => (["elapsedTime", "remainingTime", "friendly"].includes(name) ? undefined : value));
  const beat = Math.floor(performance.now() / 15000);
  once("issue", [answer.body, remote.body, steady(part), part?.slas.length ? beat : 0, state.me.id], () => {
    const issue = answer.ok ? { ...answer.body, remote: remote.ok ? remote.body : [] } : null;
    swap($("issue"), issue ? issueNodes(issue, part) : [h("a", { href: "#", className: "back" }, "← Back"), h("p", { className: "wrong" }, wrongIn(answer))]);
  });
}
