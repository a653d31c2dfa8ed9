/** The first minute: what the bot is for, told in steps that tick themselves off as they really happen. */

import { $, complain, forget, h, once, swap } from "./dom.js";
import { drawStories } from "./stories.js";
import { openPlace } from "./slack.js";
import { ask, refresh, state, users } from "./state.js";

const REPORTS = [
  ["PAY", "Refund of a partly shipped order fails, LEDGER_IMBALANCE again", "Refunding one of two positions of the partly shipped order 4711-8 ends with HTTP 422 and error code LEDGER_IMBALANCE. The shipping cost is in the refund amount twice. Payment service 4.17.0."],
  ["WEB", "Cart is empty after login, CartMerger throws CART_NOT_FOUND", "Put something into the cart as a guest, came back after 24 h, logged in: the cart is empty. The session cookie is older than a day. CartMerger throws CART_NOT_FOUND, the guest cart was already expired in Redis (TTL 86400)."],
  ["WEB", "Checkout: 504 when the 3-D Secure challenge takes longer than 30 seconds", 'After the 3-D Secure challenge the shop shows "504 Gateway Timeout" from POST /v2/checkout/confirm, the order stays in PENDING_PAYMENT although the card is authorised.\n\n{code}\nGatewayTimeoutException: upstream acs-proxy did not answer in 30000 ms\n  at com.yard.pay.threeds.ChallengeClient.await(ChallengeClient.java:118)\n{code}'],
];
const REPORTER = "dana";
const COLLEAGUE = "mika";

/** Becomes somebody else. */
export function become(name) {
  const one = users().find((user) => user.name === name);
  if (!one || one.id === state.me.id) return;
  $("person").value = one.id;
  $("person").dispatchEvent(new Event("change"));
}
async function report() {
  const [project, summary, description] = REPORTS[(state.reports ??= 0) % REPORTS.length];
  state.reports += 1;
  const dana = users().find((one) => one.name === REPORTER);
  const made = await ask("POST", "/jira/rest/api/2/issue", { fields: { project: { key: project }, issuetype: { name: "Bug" }, summary, description } }, dana);
  if (!made.ok) return complain("The report did not get into Jira.");
  state.tour = made.body.key;
  become(COLLEAGUE);
  location.hash = made.body.key;
  await openPlace("channel", "C0YARD0001");
}
function steps() {
  const told = state.told.filter((entry) => entry.key === state.tour).map((entry) => entry.kind);
  const undone = state.told.some((entry) => entry.key === state.tour && entry.data?.outcome?.kind === "undone");
  const open = (name) => h("button", { type: "button", "data-focus": "open", onclick: () => { document.body.dataset.view = "slack"; become(name); openPlace("channel", "C0YARD0001"); } }, "Show me");
  return [
    [Boolean(state.tour), "Somebody reports a problem in Jira", "Dana writes up a bug. She does not know that it is known already.", h("button", { type: "button", className: "primary", "data-focus": "report", onclick: report }, state.tour ? "Report another one" : "Report it as Dana")],
    [told.includes("look.done") || told.includes("decision.made"), "The bot compares it with everything it knows", "It ranks the issues that resemble it, and says why."],
    [told.includes("request.asked"), "It asks the right person in Slack, with buttons", "It may not close issues on its own here; the rules say so.", open(COLLEAGUE)],
    [told.includes("vote.cast"), "You press Approve", "As Mika, in #yard. Dana may not: it is her report."],
    [told.includes("action.done"), "It links, comments and closes the issue in Jira", "Watch the other half. Each step is written down before it is done.", state.tour ? h("a", { className: "button", href: `#${state.tour}`, onclick: () => { document.body.dataset.view = "jira"; } }, `Open ${state.tour}`) : null],
    [undone, "Change your mind: press Undo", "What was done is taken back, piece by piece."],
  ];
}

/** Draws the steps, and the stories below them. */
export async function drawTry(region) {
  state.tour ??= state.told.findLast((entry) => entry.kind === "request.asked")?.key ?? null;
  const now = steps();
  const done = now.map(([isDone]) => isDone);
  const next = done.indexOf(false);
  once("stage", ["try", done, state.tour, state.bot], () => { forget("stories"); swap(region,
    h("section", { className: "about" }, h("p", {}, h("b", {}, "Yardmaster"), " notices when work in Jira repeats, stalls or needs somebody; asks the right person in Slack; and does what they agree to. This page is a make-believe company to try it in: Slack here, Jira there, nothing leaves your machine."),
      state.bot.connected ? null : h("p", { className: "wrong" }, "No bot is connected, so nothing will answer. Start both with: make run")),
    h("h3", {}, "In one minute"),
    h("ol", { className: "tour" }, now.map(([isDone, title, about, button], place) => h("li", { className: isDone ? "done" : place === next ? "next" : "" }, h("span", { className: "tick", "aria-hidden": "true" }, isDone ? "✓" : place + 1), h("div", {}, h("b", {}, title, isDone ? h("span", { className: "hidden" }, " (done)") : null), place === next ? h("div", { className: "faint" }, about) : null, place === next || place === 0 || isDone ? button : null)))),
    h("section", { id: "stories" })); });
  await drawStories($("stories"));
}
