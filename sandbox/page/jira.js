const API = "/jira/rest/api/2";
const toldBy = (answer) => [...(answer.body?.errorMessages ?? []), ...Object.values(answer.body?.errors ?? {})].join(" ");

async function drawIssues() {
  const words = $("filter").value.trim().replace(/["\\]/g, " ");
  const jql = "created >= 1970-01-01" + (words ? ` AND (text ~ "${words}"${/^\w+-\d+$/.test(words) ? ` OR key = ${words}` : ""})` : "") + " ORDER BY updated DESC";
  const answer = await ask("GET", `${API}/search/jql?maxResults=60&fields=summary,status&jql=${encodeURIComponent(jql)}`);
  const issues = answer.ok ? answer.body.issues : [];
  unlessSame("issues", [issues, state.issue, answer.status], () => $("issues").replaceChildren(...(answer.ok ? issues.map((issue) =>
    h("li", { className: issue.key === state.issue ? "chosen" : "" }, h("button", { type: "button", onclick: () => { location.hash = issue.key; } },
      h("span", { className: "key" }, issue.key), issue.fields.summary, h("span", { className: "faint" }, ` ${issue.fields.status.name}`))))
    : [h("li", { className: "wrong" }, answer.status === 401 ? `${state.me.real_name} has no account in Jira` : toldBy(answer))])));
}
function linkLine(link) {
  const other = link.outwardIssue ?? link.inwardIssue;
  return h("div", {}, `${link.outwardIssue ? link.type.outward : link.type.inward} `, h("a", { href: `#${other.key}` }, other.key), ` ${other.fields.summary}`, h("span", { className: "faint" }, ` ${other.fields.status.name}`));
}
async function move(key, transition) {
  const fields = {};
  for (const [name, field] of Object.entries(transition.fields ?? {})) {
    const names = field.allowedValues.map((value) => value.name);
    const chosen = window.prompt(`${field.name}: ${names.join(", ")}`, names[0]);
    if (!chosen) return;
    fields[name] = { name: chosen };
  }
  const answer = await ask("POST", `${API}/issue/${key}/transitions`, { transition: { id: transition.id }, fields });
  if (!answer.ok) $("problems").textContent = toldBy(answer);
  await look();
}
async function drawIssue() {
  if (!state.issue) return unlessSame("issue", null, () => $("issue").replaceChildren(h("p", { className: "faint" }, "Choose an issue, or make a new one.")));
  const answer = await ask("GET", `${API}/issue/${state.issue}?expand=changelog,transitions.fields`);
  unlessSame("issue", [answer.body, state.me.id], () => $("issue").replaceChildren(...(answer.ok ? issueNodes(answer.body) : [h("p", { className: "wrong" }, toldBy(answer))])));
}
function issueNodes(issue) {
  const f = issue.fields;
  const rows = { Status: f.status.name, Resolution: f.resolution?.name, Type: f.issuetype.name, Priority: f.priority?.name, Reporter: f.reporter?.displayName, Assignee: f.assignee?.displayName,
    Components: f.components.map((c) => c.name).join(", "), Versions: f.versions.map((v) => v.name).join(", "), Labels: f.labels.join(", "), Created: new Date(f.created.replace("+0000", "Z")).toLocaleString() };
  const say = async (event) => {
    event.preventDefault();
    const answer = await ask("POST", `${API}/issue/${issue.key}/comment`, { body: new FormData(event.target).get("body") });
    if (!answer.ok) $("problems").textContent = toldBy(answer);
    await look();
  };
  return [
    h("h2", {}, h("span", { className: "key" }, issue.key), f.summary),
    h("div", { className: "row" }, issue.transitions.map((transition) => h("button", { type: "button", onclick: () => move(issue.key, transition) }, transition.name))),
    h("dl", {}, Object.entries(rows).filter(([, value]) => value).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    f.description ? h("pre", {}, f.description) : null,
    f.issuelinks.length ? h("div", {}, h("h3", {}, "Links"), f.issuelinks.map(linkLine)) : null,
    h("h3", {}, "Comments"),
    ...f.comment.comments.map((comment) => h("div", { className: "block" }, h("b", {}, comment.author.displayName), h("pre", {}, comment.body))),
    h("form", { onsubmit: say }, h("textarea", { name: "body", required: true, ariaLabel: "Comment" }), h("button", {}, "Comment")),
    issue.changelog.histories.length ? h("h3", {}, "History") : null,
    ...issue.changelog.histories.map((entry) => h("div", { className: "faint" }, `${entry.author.displayName}: ${entry.items.map((item) => `${item.field} ${(item.fromString ?? "-").slice(0, 80)} → ${(item.toString ?? "-").slice(0, 80)}`).join("; ")}`)),
  ].filter(Boolean);
}
async function drawForm() {
  const answer = await ask("GET", `${API}/project`);
  if (!answer.ok) { $("problems").textContent = toldBy(answer); return; }
  state.issue = null;
  const make = async (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    const fields = { project: { key: data.get("project") }, issuetype: { name: "Bug" }, summary: data.get("summary"), description: data.get("description") };
    const made = await ask("POST", `${API}/issue`, { fields });
    if (made.ok) location.hash = made.body.key;
    else $("problems").textContent = toldBy(made);
  };
  state.drawn.issue = "form";
  state.form = true;
  $("issue").replaceChildren(h("form", { onsubmit: make }, h("h2", {}, "New issue"),
    h("label", {}, "Project ", h("select", { name: "project" }, answer.body.map((project) => h("option", { value: project.key }, `${project.key} ${project.name}`)))),
    h("p", {}, h("input", { name: "summary", required: true, maxLength: 255, placeholder: "Summary", size: 50 })),
    h("textarea", { name: "description", placeholder: "What happens? Error codes and stack traces help." }), h("button", { className: "primary" }, "Create")));
}
async function look() {
  if (!state.me) return;
  const [screen, clock] = await Promise.all([control("GET", `slack/screen?user=${state.me.id}`), control("GET", "clock")]);
  $("clock").textContent = new Date(clock.now).toLocaleString() + (clock.speed === 1 ? "" : ` (×${clock.speed})`);
  drawSlack(screen);
  await drawIssues();
  const writing = $("issue").contains(document.activeElement) && /INPUT|TEXTAREA|SELECT/.test(document.activeElement.tagName);
  if (!state.form && !writing) await drawIssue();
}
function follow() {
  const key = decodeURIComponent(location.hash.slice(1));
  if (/^[A-Z][A-Z0-9_]*-\d+$/.test(key)) { state.issue = key; state.form = false; document.activeElement?.blur(); }
  look();
}
async function begin() {
  const told = await control("GET", "people");
  state.people = told.people;
  state.token = told.token;
  const people = told.people.filter((person) => !person.is_bot && !person.deleted);
  $("person").replaceChildren(...people.map((person) => h("option", { value: person.id }, person.real_name)));
  $("person").addEventListener("change", () => { state.me = people.find((person) => person.id === $("person").value); state.drawn = {}; look(); });
  state.me = people.find((person) => person.name === "mika") ?? people[0];
  $("person").value = state.me.id;
  $("new").addEventListener("click", drawForm);
  $("filter").addEventListener("input", drawIssues);
  window.addEventListener("hashchange", follow);
  follow();
  for (;;) {
    await new Promise((done) => setTimeout(done, 1000));
    if (!document.hidden) await look().catch(() => { $("problems").textContent = "The sandbox does not answer."; });
  }
}
begin();
