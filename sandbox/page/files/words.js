/** Turns Slack's mrkdwn and Jira's wiki markup into nodes, and what a person types into mrkdwn. */

import { h } from "./dom.js";
import { domainNow, nameOf } from "./state.js";

const MARKS = new RegExp([
  /```([\s\S]+?)```/, /`([^`\n]+)`/, /<([^<>|\n]+)(?:\|([^<>]+))?>/,
  ...["\\*", "_", "~"].map((mark) => new RegExp(`(?<![\\p{L}\\p{N}_*~])${mark}([^\\s${mark}](?:[^${mark}\\n]*[^\\s${mark}])?)${mark}(?![\\p{L}\\p{N}_*~])`, "u")),
].map((one) => one.source).join("|"), "gu");
const DATES = {
  num: { year: "numeric", month: "2-digit", day: "2-digit" },
  short: { month: "short", day: "numeric", year: "numeric" },
  long: { weekday: "long", month: "long", day: "numeric", year: "numeric" },
  "": { month: "long", day: "numeric", year: "numeric" },
};
const DAY_MS = 24 * 60 * 60 * 1000;
const EMOJI = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", eyes: "👀", tada: "🎉", white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", no_entry: "⛔",
  rotating_light: "🚨", hourglass: "⌛", hourglass_flowing_sand: "⏳", question: "❓", bulb: "💡", link: "🔗", wave: "👋", fire: "🔥", rocket: "🚀",
  red_circle: "🔴", large_blue_circle: "🔵", large_green_circle: "🟢", large_yellow_circle: "🟡", bell: "🔔", calendar: "📅", memo: "📝", lock: "🔒",
  heart: "❤️", pray: "🙏", raised_hands: "🙌", thinking_face: "🤔", smile: "😄", clock1: "🕐", arrow_right: "➡️", ticket: "🎫", leftwards_arrow_with_hook: "↩️",
};

export const emoji = (name) => EMOJI[name] ?? `:${name}:`;
const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (all, name) => EMOJI[name] ?? all);
const unescaped = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
const lines = (text) => text.split(/(\n)/).map((part) => (part === "\n" ? h("br") : part));

function dayOf(moment, now) {
  const midnight = (one) => new Date(one.getFullYear(), one.getMonth(), one.getDate()).getTime();
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[Math.round((midnight(moment) - midnight(now)) / DAY_MS)];
}
function dated(target, now) {
  const [, seconds, pattern = ""] = target.split("^");
  const moment = new Date(Number(seconds) * 1000);
  return pattern
    .replace(/\{date_?(num|short|long)?(_pretty)?\}/g, (_, length, pretty) => (pretty && dayOf(moment, now)) || moment.toLocaleDateString(undefined, DATES[length ?? ""]))
    .replace(/\{time(_secs)?\}/g, (_, exact) => moment.toLocaleTimeString(undefined, { hour: "numeric", minute: "2-digit", ...(exact ? { second: "2-digit" } : {}) }));
}
function reference(target, label) {
  if (target[0] === "@") return h("span", { className: "mention" }, "@" + nameOf(target.slice(1)));
  if (target[0] === "#") return h("span", { className: "mention" }, "#" + (label ?? target.slice(1)));
  if (target.startsWith("!date^")) return h("time", { title: label ?? "" }, dated(target, new Date(domainNow())));
  if (target[0] === "!") return h("span", { className: "mention" }, label ?? "@" + target.slice(1).split("^")[0]);
  return address(unescaped(target), unescaped(label ?? "")) ?? unescaped(`<${target}>`);
}

/** A link to an issue stays in the page; any other opens beside it; null for what is no address. */
export function address(url, label) {
  const key = /\/browse\/([A-Z][A-Z0-9_]*-\d+)$/.exec(url)?.[1];
  if (key) return h("a", { href: `#${key}` }, label || key);
  return /^(https?|mailto):/.test(url) ? h("a", { href: url, rel: "noreferrer noopener", target: "_blank" }, label || url) : null;
}
function between(text, pattern, plain, node) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(pattern)) {
    nodes.push(...plain(text.slice(from, found.index)), node(...found));
    from = found.index + found[0].length;
  }
  return [...nodes, ...plain(text.slice(from))];
}
function inline(text) {
  return between(text, MARKS, (rest) => lines(withEmoji(unescaped(rest))), (_, pre, code, target, label, bold, italic, struck) => {
    if (pre) return h("pre", {}, unescaped(pre.replace(/^\n|\n$/g, "")));
    if (code) return h("code", {}, unescaped(code));
    if (target) return reference(target, label);
    return bold ? h("b", {}, inline(bold)) : italic ? h("i", {}, inline(italic)) : h("s", {}, inline(struck));
  });
}

/** Slack's mrkdwn; lines that begin with > are quoted. */
export function marked(text) {
  return between(text, /(?:^(?:&gt;|>) ?.*(?:\n|$))+/gm, inline, (quoted) => h("blockquote", {}, inline(quoted.replace(/^(?:&gt;|>) ?/gm, "").trimEnd())));
}

/** The block `markdown`, which is written as elsewhere on the web. */
export function markdown(text) {
  const slack = text.replace(/^#{1,6} +(.*)$/gm, "*$1*").replace(/\*\*([^*\n]+)\*\*/g, "*$1*").replace(/~~([^~\n]+)~~/g, "~$1~")
    .replace(/\[([^\]\n]+)\]\((https?:[^)\s]+)\)/g, "<$2|$1>").replace(/^[-*] +/gm, "• ");
  return marked(slack);
}
export const worded = (object) => (object?.type === "mrkdwn" ? marked(object.text) : [withEmoji(object?.text ?? "")]);

/** A plain text in which the issues' keys are links. */
export const keyed = (text) => between(text, /\b[A-Z][A-Z0-9_]+-\d+\b/g, lines, (key) => h("a", { href: `#${key}` }, key));

/** Jira's wiki markup, as much of it as people use in issues. */
export function wiki(text) {
  const linked = (rest) => between(rest, /\[([^[\]|\n]+)\|([^[\]|\s]+)\]/g, keyed, (all, label, url) => address(url, label) ?? all);
  const named = (rest) => between(rest, /\[~accountid:([^\]]+)\]/g, linked, (_, id) => h("span", { className: "mention" }, `@${id}`));
  const strong = (rest) => between(rest, /(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])/g, named, (_, bold) => h("b", {}, named(bold)));
  return between(text, /\{(code|noformat|quote)(?::[^}\n]*)?\}\n?([\s\S]*?)\{\1\}/g, strong,
    (_, kind, verbatim) => (kind === "quote" ? h("blockquote", {}, strong(verbatim.trim())) : h("pre", {}, verbatim.trimEnd())));
}

/** What a person types, as Slack stores it: escaped, and with people's names as mentions. */
export function written(words, people) {
  const named = people.flatMap((one) => [[one.real_name, one.id], [one.name, one.id]]).sort((one, other) => other[0].length - one[0].length);
  return words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/(?<!\S)@([^@]+)/g, (all, rest) => {
    const found = named.find(([name]) => rest.toLowerCase().startsWith(name.toLowerCase()) && !/^[\p{L}\p{N}]/u.test(rest.slice(name.length)));
    return found ? `<@${found[1]}>${rest.slice(found[0].length)}` : all;
  });
}

/** How long ago, in domain time. */
export function ago(epochMs) {
  const minutes = Math.round((domainNow() - epochMs) / 60000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 60 * 24) return `${Math.round(minutes / 60)} h ago`;
  return `${Math.round(minutes / 60 / 24)} d ago`;
}
export const jiraDate = (text) => new Date(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2")).getTime();
