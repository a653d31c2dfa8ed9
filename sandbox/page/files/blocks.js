/** Draws Block Kit's blocks as Slack does. It sends nothing; what is pressed is told to `press`. */

import { h } from "./dom.js";
import { elementNode, picture } from "./elements.js";
import { nameOf } from "./state.js";
import { address, emoji, markdown, worded } from "./words.js";

const STYLES = [["bold", "b"], ["italic", "i"], ["strike", "s"], ["code", "code"]];

function richPart(part) {
  const plain = () => {
    if (part.type === "text") return part.text.split(/(\n)/).map((text) => (text === "\n" ? h("br") : text));
    if (part.type === "link") return address(part.url, part.text) ?? part.text ?? part.url;
    if (part.type === "user") return h("span", { className: "mention" }, `@${nameOf(part.user_id)}`);
    if (part.type === "channel") return h("span", { className: "mention" }, `#${part.channel_id}`);
    if (part.type === "broadcast") return h("span", { className: "mention" }, `@${part.range}`);
    if (part.type === "emoji") return emoji(part.name);
    if (part.type === "date") return h("time", {}, part.fallback ?? new Date(part.timestamp * 1000).toLocaleString());
    return part.text ?? "";
  };
  return STYLES.reduce((node, [style, tag]) => (part.style?.[style] ? h(tag, {}, node) : node), plain());
}
function richNode(element) {
  const inner = () => element.elements.map(richPart);
  if (element.type === "rich_text_preformatted") return h("pre", {}, inner());
  if (element.type === "rich_text_quote") return h("blockquote", {}, inner());
  if (element.type === "rich_text_list") {
    const about = { style: `margin-left: ${(element.indent ?? 0) * 1.4}em` };
    return h(element.style === "ordered" ? "ol" : "ul", { className: "rich", ...about }, element.elements.map((item) => h("li", {}, item.elements.map(richPart))));
  }
  return h("div", {}, inner());
}
function section(block, press) {
  return h("div", { className: "block section" },
    h("div", { className: "grow" },
      block.text ? h("div", {}, worded(block.text)) : null,
      block.fields ? h("div", { className: "fields" }, block.fields.map((field) => h("div", {}, worded(field)))) : null),
    block.accessory ? h("div", { className: "accessory" }, elementNode(block.accessory, press)) : null);
}
function table(block) {
  const cell = (one) => (one.type === "rich_text" ? one.elements.map(richNode) : one.text ?? "");
  return h("table", { className: "block" }, block.rows.map((row) => h("tr", {}, row.map((one) => h("td", {}, cell(one))))));
}

const DRAWN = {
  header: (block) => h("h3", { className: "block" }, worded(block.text)),
  section,
  divider: () => h("hr"),
  context: (block, press) => h("div", { className: "block context" }, block.elements.map((element) => elementNode(element, press))),
  actions: (block, press) => h("div", { className: "block row" }, block.elements.map((element) => elementNode(element, press))),
  image: (block) => h("figure", { className: "block" }, block.title ? h("figcaption", { className: "faint" }, worded(block.title)) : null, picture(block)),
  rich_text: (block) => h("div", { className: "block" }, block.elements.map(richNode)),
  markdown: (block) => h("div", { className: "block" }, markdown(block.text)),
  table,
};

/** One block; a kind that is not known here says its name. */
export function blockNode(block, press) {
  return DRAWN[block.type]?.(block, press) ?? h("div", { className: "block faint" }, `[${block.type}]`);
}
