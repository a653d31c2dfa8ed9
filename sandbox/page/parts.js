"use strict";
const $ = (id) => document.getElementById(id);
const state = { people: [], me: null, token: "", channel: "C0YARD0001", screen: null, issue: null, drawn: {} };

function h(tag, about = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(about)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && name !== "list") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

async function ask(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: { "Content-Type": "application/json", ...(path.startsWith("/jira/") ? { Authorization: "Basic " + btoa(`${state.me.email}:${state.token}`) } : {}) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  return { ok: answer.ok, status: answer.status, body: text ? JSON.parse(text) : null };
}
const control = async (method, path, body) => (await ask(method, `/_sandbox/${path}`, body)).body;

function unlessSame(name, value, draw) {
  const seen = JSON.stringify(value);
  if (state.drawn[name] === seen) return;
  state.drawn[name] = seen;
  draw();
}

const MARKS = /```([\s\S]+?)```|`([^`\n]+)`|\*([^*\n]+)\*|_([^_\n]+)_|~([^~\n]+)~|<(!date\^[^<>|]+|[^<>\s|]+)(?:\|([^<>]+))?>/g;
function unescaped(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}
function reference(target, label) {
  if (target[0] === "@") return h("b", {}, "@" + (state.people.find((p) => p.id === target.slice(1))?.real_name ?? target.slice(1)));
  if (target[0] === "#") return h("b", {}, "#" + (label ?? target.slice(1)));
  if (target.startsWith("!date^")) {
    const at = new Date(Number(target.split("^")[1]) * 1000);
    return h("span", { title: label ?? "" }, at.toLocaleString([], { dateStyle: "medium", timeStyle: "short" }));
  }
  if (target[0] === "!") return h("b", {}, label ?? target.slice(1).split("^").pop());
  const key = /\/browse\/([A-Z][A-Z0-9_]*-\d+)$/.exec(target)?.[1];
  if (key) return h("a", { href: `#${key}` }, unescaped(label ?? key));
  return /^(https?|mailto):/.test(target) ? h("a", { href: target, rel: "noreferrer" }, unescaped(label ?? target)) : unescaped(`<${target}>`);
}
function marked(text) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(MARKS)) {
    nodes.push(unescaped(text.slice(from, found.index)));
    const [, pre, code, bold, italic, struck, target, label] = found;
    if (pre) nodes.push(h("pre", {}, unescaped(pre.replace(/^\n|\n$/g, ""))));
    else if (code) nodes.push(h("code", {}, unescaped(code)));
    else if (bold) nodes.push(h("b", {}, ...marked(bold)));
    else if (italic) nodes.push(h("i", {}, ...marked(italic)));
    else if (struck) nodes.push(h("s", {}, ...marked(struck)));
    else nodes.push(reference(target, label));
    from = found.index + found[0].length;
  }
  nodes.push(unescaped(text.slice(from)));
  return nodes.flatMap((node) => (typeof node === "string" ? node.split(/(\n)/).map((part) => (part === "\n" ? h("br") : part)) : [node]));
}
const worded = (object) => (object.type === "mrkdwn" ? marked(object.text) : [object.text]);
