/** Makes and replaces elements. Texts become text nodes only, never markup. */

export const $ = (id) => document.getElementById(id);

export function h(tag, about = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(about)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && name !== "list") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Replaces what is in a region; the focus stays on the element with the same data-focus. */
export function swap(region, ...children) {
  const held = region.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
  region.replaceChildren(...children.flat(Infinity).filter(Boolean));
  if (held) region.querySelector(`[data-focus="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
}

/** Brings a list in line with items: what did not change keeps its element, and the focus in it. */
export function keep(list, items, keyOf, draw) {
  const known = new Map([...list.children].map((node) => [node.dataset.key, node]));
  let focused;
  items.forEach((item, place) => {
    const key = keyOf(item);
    const seen = JSON.stringify(item);
    let node = known.get(key);
    if (node?.seen !== seen) {
      const old = node;
      node = Object.assign(draw(item, old !== undefined), { seen });
      node.dataset.key = key;
      if (old?.contains(document.activeElement)) focused = document.activeElement.dataset.focus;
      old?.replaceWith(node);
    }
    known.delete(key);
    if (list.children[place] !== node) list.insertBefore(node, list.children[place] ?? null);
  });
  known.forEach((node) => node.remove());
  if (focused) list.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

const drawn = new Map();

/** Draws when the value is another one than at the last time. */
export function once(name, value, draw) {
  const seen = JSON.stringify(value) ?? "";
  if (drawn.get(name) === seen) return;
  drawn.set(name, seen);
  draw();
}
export const forget = (...names) => names.forEach((name) => drawn.delete(name));

/** Tells the user that something did not work. */
export function complain(words) {
  if (!words) return;
  const note = h("div", { className: "problem" }, h("span", {}, words), h("button", { type: "button", "aria-label": "Dismiss", onclick: () => note.remove() }, "×"));
  $("problems").replaceChildren(note);
  setTimeout(() => note.remove(), 10000);
}

const HUES = [4, 28, 95, 150, 185, 215, 255, 300, 335];
export function face(name, isBot = false) {
  if (isBot) return h("span", { className: "face bot", "aria-hidden": "true" }, "⚙");
  const initials = name.split(/\s+/).map((part) => part[0]).slice(0, 2).join("").toUpperCase();
  const hue = HUES[[...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % HUES.length];
  return h("span", { className: "face", style: `--hue: ${hue}`, "aria-hidden": "true" }, initials);
}

/** A dialog with a form; `send` gets the form and gives what is wrong, or nothing to have it closed. */
export function sheet(title, content, { send, label = "Save", danger = false, dismiss = "Cancel" }) {
  const dialog = $("sheet");
  const wrong = h("div", { className: "wrong", role: "alert" });
  const submit = async (event) => {
    event.preventDefault();
    const problem = await send(event.target);
    if (problem) wrong.textContent = problem;
    else dialog.close();
  };
  dialog.replaceChildren(h("form", { onsubmit: submit },
    h("h2", { id: "sheet-title" }, title), content, wrong,
    h("div", { className: "row end" },
      h("button", { type: "button", onclick: () => dialog.close() }, dismiss),
      h("button", { className: danger ? "danger" : "primary" }, label))));
  dialog.showModal();
  dialog.querySelector("input, select, textarea")?.focus();
}
