/** What the page knows, and the three doors that it speaks through: control API, Jira and its service desk, Slack. */

export const state = {
  people: [], me: null, token: "", slack: null, place: { kind: "channel", id: "C0YARD0001" }, thread: null,
  read: new Map(), opened: 0, clock: { epoch_ms: 0, speed: 1, at: 0 },
  clocks: [], projects: [], project: null, tab: "board", queue: null, issue: null, words: "",
  bot: { connected: false, ready: false }, told: [], effects: [], stage: "try", tour: null,
};

export async function ask(method, path, body, as = state.me) {
  const headers = { "Content-Type": "application/json", "X-ExperimentalApi": "opt-in" };
  if (path.startsWith("/jira/")) headers.Authorization = "Basic " + btoa(`${as.email}:${state.token}`);
  try {
    const answer = await fetch(path, { method, headers, credentials: "omit", body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    return { ok: answer.ok, status: answer.status, body: text ? JSON.parse(text) : null };
  } catch (error) {
    return { ok: false, status: 0, body: null, error: String(error.message) };
  }
}
export const control = async (method, path, body) => (await ask(method, `/_sandbox/${path}`, body)).body ?? { error: "The sandbox does not answer." };
export const jira = (method, path, body) => ask(method, `/jira/rest/api/2/${path}`, body);
export const desk = (method, path, body) => ask(method, `/jira/rest/servicedeskapi/${path}`, body);

/** What an answer says went wrong, in Jira's own words. */
export function wrongIn(answer) {
  if (answer.ok) return "";
  if (answer.status === 401) return `${state.me.real_name} has no account in Jira.`;
  const said = [...(answer.body?.errorMessages ?? []), ...Object.values(answer.body?.errors ?? {}), answer.body?.errorMessage].filter(Boolean);
  return said.join(" ") || answer.error || `Jira answered ${answer.status}.`;
}

/** The domain time now, in milliseconds. */
export function domainNow() {
  return state.clock.epoch_ms + (performance.now() - state.clock.at) * state.clock.speed;
}

export const person = (id) => state.people.find((one) => one.id === id);
export const nameOf = (id) => person(id)?.real_name ?? id;
export const users = () => state.people.filter((one) => !one.is_bot && !one.deleted);

let look = async () => {};
let looking = null;
let again = false;
export const onLook = (what) => { look = what; };

/** Reads everything that is shown, once at a time; who asks meanwhile gets one more look. */
export async function refresh() {
  if (looking) { again = true; return looking; }
  looking = (async () => {
    do { again = false; await look(); } while (again);
  })();
  try { await looking; } finally { looking = null; }
}
