/** The first minute: what the bot is for, told in steps that tick themselves off as they really happen. */

import { $, complain, h, once, swap } from "./dom.js";
import { isBusy, playing, start, storyNow } from "./stories.js";
import { openPlace } from "./slack.js";
import { ask, state, users } from "./state.js";

const REPORTS = [
  ["PAY", "Refund of a partly shipped order fails, LEDGER_IMBALANCE again", "Refunding one of two positions of the partly shipped order 4711-8 ends with HTTP 422 and error code LEDGER_IMBALANCE. The shipping cost is in the refund amount twice. Payment service 4.17.0."],
  ["WEB", "Cart is empty after login, CartMerger throws CART_NOT_FOUND", "Put something into the cart as a guest, came back after 24 h, logged in: the cart is empty. The session cookie is older than a day. CartMerger throws CART_NOT_FOUND, the guest cart was already expired in Redis (TTL 86400)."],
  ["WEB", "Checkout: 504 when the 3-D Secure challenge takes longer than 30 seconds", 'After the 3-D Secure challenge the shop shows "504 Gateway Timeout" from POST /v2/checkout/confirm, the order stays in PENDING_PAYMENT although the card is authorised.\n\n{code}\nGatewayTimeoutException: upstream acs-proxy did not answer in 30000 ms\n  at com.yard.pay.threeds.ChallengeClient.await(ChallengeClient.java:118)\n{code}'],
];
const REPORTER = "dana";
const COLLEAGUE = "mika";
const SHOWN = "00-known-problem";
const YARD = "C0YARD0001";

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
  await openPlace("channel", YARD);
}
/** The steps: whether each has happened, what it is called, what to do about it, a button. `mine`: the user reported it. */
function steps(mine, busy) {
  const entries = state.told.filter((entry) => entry.key === state.tour);
  const has = (...kinds) => entries.some((entry) => kinds.includes(entry.kind));
  const vote = entries.find((entry) => entry.kind === "vote.cast")?.text;
  const show = (about) => h("button", { type: "button", "data-focus": "open", onclick: () => { document.body.dataset.view = "slack"; become(COLLEAGUE); openPlace("channel", YARD); } }, about);
  const open = h("a", { className: "button", href: `#${state.tour}`, onclick: () => { document.body.dataset.view = "jira"; } }, `Open ${state.tour}`);
  return [
    [Boolean(state.tour), state.tour ? `${state.tour} is reported in Jira` : "Somebody reports a problem in Jira", "Dana writes up a bug. She does not know that it is known already.", null],
    [has("look.done", "decision.made"), "The bot compares it with everything it knows", "It ranks the issues that resemble it, and says why.", null],
    [has("request.asked"), "It asks the right people in Slack, with buttons", "It may not close issues on its own here; the rules say so.", show("Show the question")],
    [has("vote.cast"), mine || !busy && !vote ? "You press Approve" : vote ?? "Mika presses Approve", mine || !busy ? "As Mika, in #yard. Dana may not: it is her report." : "In a few seconds; or be quicker, and press it yourself.", null],
    [has("action.done"), "It links, comments and closes the issue in Jira", "Watch the other half. Each step is written down before it is done.", open],
    [entries.some((entry) => entry.data?.outcome?.kind === "undone"), "Change your mind: press Undo", "It is below the answered question in #yard. What was done is taken back, piece by piece.", null],
  ];
}
function stepNode([isDone, title, about, button], place, next) {
  return h("li", { className: isDone ? "done" : place === next ? "next" : "" }, h("span", { className: "tick", "aria-hidden": "true" }, isDone ? "✓" : place + 1),
    h("div", {}, h("b", {}, title, isDone ? h("span", { className: "hidden" }, " (done)") : null), place === next ? h("div", { className: "faint" }, about) : null, isDone ? button : null));
}
function invitation(mine, now) {
  const asking = h("button", { type: "button", className: mine ? "" : "primary", "data-focus": "report", onclick: report }, mine ? "Report another one" : "Report a problem as Dana");
  if (mine) return [h("h3", {}, "Your turn"), null, asking];
  if (isBusy(now)) return [h("h3", {}, "It goes like this"), playing(now), null];
  const watch = h("button", { type: "button", "data-focus": "watch", onclick: () => start(SHOWN) }, state.tour ? "Watch it again" : "Watch it first");
  return [h("h3", {}, state.tour ? "It went like this" : "In one minute"), null, h("div", {}, h("p", {}, state.tour ? "Now you: report as Dana, answer as Mika." : "You report as Dana, and answer as Mika."), h("div", { className: "row" }, asking, state.bot.connected ? watch : null))];
}

/** Draws what the bot is for, the steps as far as they went, and what to press now. */
export async function drawTry(region) {
  const now = await storyNow();
  if (state.stage !== "try") return;
  const mine = state.reports > 0;
  if (!mine && now?.name === SHOWN) state.tour = now.issues.again ?? null;
  else state.tour ??= state.told.findLast((entry) => entry.kind === "request.asked")?.key ?? null;
  const list = steps(mine, isBusy(now));
  const next = list.findIndex(([isDone]) => !isDone);
  once("stage", ["try", list.map(([isDone, title]) => [isDone, title]), state.tour, state.bot, now?.state, now?.name], () => {
    const [heading, above, below] = invitation(mine, now);
    swap(region, h("section", { className: "about" }, h("p", {}, h("b", {}, "Yardmaster"), " notices when work in Jira repeats, stalls or needs somebody; asks the right person in Slack; and does what they agree to. This page is a make-believe company to try it in: Slack here, Jira there, nothing leaves your machine."),
      state.bot.connected ? null : h("p", { className: "wrong" }, "No bot is connected, so nothing will answer. Start both with: make run")),
    heading, above, h("ol", { className: "tour" }, list.map((step, place) => stepNode(step, place, next))), below);
  });
}
