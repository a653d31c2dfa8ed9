/** What a service desk adds to an issue: SLA clocks that run, and approvals that are answered as oneself. */

import { complain, h } from "./dom.js";
import { desk, refresh, state, wrongIn } from "./state.js";

const HOUR = 3600000;

/** Working time left, as people say it; negative once the goal is missed. */
export function left(millis) {
  const minutes = Math.floor(Math.abs(millis) / 60000);
  const words = Math.abs(millis) >= HOUR ? `${Math.floor(minutes / 60)}h ${minutes % 60}m` : `${minutes}m ${Math.floor((Math.abs(millis) % 60000) / 1000)}s`;
  return millis < 0 ? `-${words}` : words;
}

/** The SLAs and approvals of a request; null for an issue that is none, or that is not the reader's to see. */
export async function deskPart(key) {
  const [slas, approvals] = await Promise.all([desk("GET", `request/${key}/sla`), desk("GET", `request/${key}/approval`)]);
  if (!slas.ok && !approvals.ok) return null;
  return { slas: slas.body?.values ?? [], approvals: approvals.body?.values ?? [] };
}
function kindOf(cycle) {
  const share = Math.max(0, Math.min(1, cycle.remainingTime.millis / cycle.goalDuration.millis));
  return { kind: cycle.breached ? "late" : cycle.paused ? "paused" : share < 0.25 ? "near" : "fine", share: cycle.breached ? 1 : share };
}
const timer = (cycle, readAt) => h("b", { className: "left", "data-left": cycle.remainingTime.millis, "data-runs": !cycle.paused && cycle.withinCalendarHours ? readAt : "" }, left(cycle.remainingTime.millis));

/** The clock of an issue in a list that runs out first, or null; `fields` are those that hold SLAs. */
export function firstClock(issue, fields) {
  const running = fields.map((field) => issue.fields[field]).filter((sla) => sla?.ongoingCycle);
  const [first] = running.sort((one, other) => one.ongoingCycle.remainingTime.millis - other.ongoingCycle.remainingTime.millis);
  if (!first) return null;
  const cycle = first.ongoingCycle;
  return h("span", { className: `clock ${kindOf(cycle).kind}`, title: `${first.name}${cycle.paused ? ", paused" : ""}` }, cycle.paused ? "⏸ " : "", timer(cycle, performance.now()));
}
function clockNode(sla, readAt) {
  const cycle = sla.ongoingCycle;
  if (!cycle) {
    const last = sla.completedCycles?.at(-1);
    return last ? h("li", { className: last.breached ? "clock late" : "clock met" }, h("b", {}, last.breached ? "missed" : "met"), ` ${sla.name}`, h("span", { className: "faint" }, ` · took ${last.elapsedTime.friendly} of ${last.goalDuration.friendly}`)) : null;
  }
  const { kind, share } = kindOf(cycle);
  const note = cycle.paused ? "paused" : cycle.withinCalendarHours ? "running" : "outside working hours";
  return h("li", { className: `clock ${kind}` },
    timer(cycle, readAt), ` ${sla.name}`,
    h("span", { className: "faint" }, ` · ${note}, goal ${cycle.goalDuration.friendly}`),
    h("span", { className: "bar", "aria-hidden": "true" }, h("span", { style: `width: ${share * 100}%` })));
}
function approvalNode(key, approval) {
  const answer = async (decision) => {
    const said = await desk("POST", `request/${key}/approval/${approval.id}`, { decision });
    complain(wrongIn(said));
    await refresh();
  };
  return h("div", { className: "approval" }, h("b", {}, approval.name), h("span", { className: `lozenge ${approval.finalDecision}` }, approval.finalDecision),
    h("ul", {}, approval.approvers.map((one) => h("li", {}, `${one.approver.displayName}: ${one.approverDecision}`))),
    approval.canAnswerApproval ? h("div", { className: "row" }, h("button", { type: "button", className: "primary", onclick: () => answer("approve") }, "Approve"), h("button", { type: "button", className: "danger", onclick: () => answer("decline") }, "Decline")) : null);
}
export function deskNodes(key, part) {
  if (!part) return [];
  const clocks = part.slas.map((sla) => clockNode(sla, performance.now())).filter(Boolean);
  return [
    clocks.length ? h("section", {}, h("h3", {}, "Service levels"), h("ul", { className: "clocks" }, clocks)) : null,
    part.approvals.length ? h("section", {}, h("h3", {}, "Approvals"), part.approvals.map((one) => approvalNode(key, one))) : null,
  ];
}

/** Lets the clocks on the page run on until they are read again. */
export function tickClocks() {
  for (const node of document.querySelectorAll("[data-runs]")) {
    if (!node.dataset.runs) continue;
    node.textContent = left(Number(node.dataset.left) - (performance.now() - Number(node.dataset.runs)) * state.clock.speed);
  }
}
