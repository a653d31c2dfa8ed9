function blockNode(block, press) {
  const elements = (block.elements ?? []).map((element) => elementNode(element, press));
  if (block.type === "header") return h("h3", { className: "block" }, block.text.text);
  if (block.type === "divider") return h("hr");
  if (block.type === "context") return h("div", { className: "block row faint" }, elements);
  if (block.type === "actions") return h("div", { className: "block row" }, elements);
  if (block.type === "section") {
    return h("div", { className: "block" },
      block.text ? h("div", {}, worded(block.text)) : null,
      block.fields ? h("div", { className: "fields" }, block.fields.map((field) => h("div", {}, worded(field)))) : null,
      block.accessory ? elementNode(block.accessory, press) : null);
  }
  return h("div", { className: "block faint" }, `[${block.type}]`);
}
function elementNode(element, press) {
  if (element.type === "mrkdwn" || element.type === "plain_text") return h("span", {}, worded(element));
  if (element.type === "button") {
    return h("button", { type: "button", className: element.style ?? "", onclick: (event) => press(element, event.target) }, element.text.text);
  }
  if (element.options && element.type !== "checkboxes") {
    const choose = (event) => press({ ...element, value: event.target.value }, event.target);
    return h("select", { "aria-label": element.placeholder?.text ?? "Choose", onchange: choose },
      h("option", { value: "" }, element.placeholder?.text ?? "Choose"),
      element.options.map((option) => h("option", { value: option.value }, option.text.text)));
  }
  return h("span", { className: "faint" }, `[${element.type}]`);
}
async function confirmed(element) {
  const asked = element.confirm;
  return !asked || window.confirm(`${asked.title.text}\n\n${asked.text.text}`);
}
function pressOf(message) {
  return async (element, node) => {
    if (!(await confirmed(element))) return;
    node.disabled = true;
    const body = { user: state.me.id, channel: state.channel, ts: message.ts, action_id: element.action_id, value: element.value };
    const answer = await control("POST", "slack/press", body);
    node.disabled = false;
    if (answer.error) $("problems").textContent = answer.error;
    await look();
  };
}
function messageNode(message) {
  const who = state.people.find((person) => person.id === message.user)?.real_name ?? message.user;
  const time = new Date(Number(message.ts) * 1000).toLocaleTimeString();
  const kinds = [message.thread_ts && message.thread_ts !== message.ts ? "answer" : "", message.is_ephemeral ? "private" : ""];
  const note = (message.is_ephemeral ? " · only you see this" : "") + (message.edited ? " · edited" : "");
  const blocks = message.blocks?.length ? message.blocks.map((block) => blockNode(block, pressOf(message))) : [h("div", {}, marked(message.text))];
  const reactions = (message.reactions ?? []).map((one) => h("span", { className: "faint" }, `:${one.name}: ${one.count} `));
  return h("li", { className: kinds.join(" ").trim() }, h("div", {}, h("b", {}, who), h("span", { className: "faint" }, ` ${time}${note}`)), blocks, reactions);
}
function threaded(messages) {
  const roots = messages.filter((message) => !message.thread_ts || message.thread_ts === message.ts);
  const known = new Set(roots.map((message) => message.ts));
  const answers = (ts) => messages.filter((message) => message.thread_ts === ts && message.ts !== ts);
  const lost = messages.filter((message) => message.thread_ts && !known.has(message.thread_ts));
  return [...roots.flatMap((root) => [root, ...answers(root.ts)]), ...lost];
}
function drawSlack(screen) {
  state.screen = screen;
  if (!screen.channels.some((channel) => channel.id === state.channel)) state.channel = screen.channels[0]?.id;
  unlessSame("channels", [screen.channels.map((channel) => channel.id), state.channel], () =>
    $("channels").replaceChildren(...screen.channels.map((channel) =>
      h("button", { type: "button", className: channel.id === state.channel ? "primary" : "", onclick: () => { state.channel = channel.id; look(); } },
        channel.is_im ? "@yardmaster" : `#${channel.name}`))));
  const messages = screen.channels.find((channel) => channel.id === state.channel)?.messages ?? [];
  unlessSame("messages", [state.channel, messages], () => {
    const list = $("messages");
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
    list.replaceChildren(...threaded(messages).map(messageNode));
    if (atEnd) list.scrollTop = list.scrollHeight;
  });
  unlessSame("errors", screen.errors, () => { $("problems").textContent = screen.errors.at(-1) ?? ""; });
  unlessSame("view", screen.view && [screen.view.id, screen.view.hash, screen.view.errors], () => drawModal(screen.view));
}
function inputNode(block) {
  const element = block.element;
  const about = { name: `${block.block_id} ${element.action_id}`, id: block.block_id };
  if (element.options) {
    return h("select", about, block.optional ? h("option", { value: "" }, "-") : null, element.options.map((option) => h("option", { value: option.value }, option.text.text)));
  }
  return h(element.multiline ? "textarea" : "input", { ...about, value: element.initial_value ?? "", maxLength: element.max_length ?? 3000, placeholder: element.placeholder?.text ?? "" });
}
function drawModal(view) {
  const dialog = $("modal");
  if (!view) return dialog.open && dialog.close();
  const press = async (element) => {
    const answer = await control("POST", "slack/press", { user: state.me.id, view_id: view.id, action_id: element.action_id, value: element.value });
    if (answer.error) $("problems").textContent = answer.error;
    await look();
  };
  const rows = view.blocks.map((block) => block.type !== "input" ? blockNode(block, press) : h("div", {},
    h("label", { htmlFor: block.block_id }, block.label.text), inputNode(block),
    block.hint ? h("div", { className: "faint" }, block.hint.text) : null,
    view.errors[block.block_id] ? h("div", { className: "wrong" }, view.errors[block.block_id]) : null));
  const submit = async (event) => {
    event.preventDefault();
    const values = {};
    for (const [name, value] of new FormData(event.target)) {
      const [block, action] = name.split(" ");
      if (value !== "") (values[block] ??= {})[action] = value;
    }
    const answer = await control("POST", "slack/submit", { user: state.me.id, view_id: view.id, values });
    if (answer.errors && Object.keys(answer.errors).length) drawModal({ ...view, errors: answer.errors });
    else await look();
  };
  const leave = async () => { await control("POST", "slack/close", { user: state.me.id, view_id: view.id }); await look(); };
  dialog.oncancel = (event) => { event.preventDefault(); leave(); };
  dialog.replaceChildren(h("form", { onsubmit: submit }, h("h2", {}, view.title?.text ?? ""), rows, h("p", { className: "row" },
    view.submit ? h("button", { className: "primary" }, view.submit.text) : null,
    h("button", { type: "button", onclick: leave }, view.close?.text ?? "Close"))));
  if (!dialog.open) dialog.showModal();
}
$("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = $("words").value.trim();
  if (!words) return;
  $("words").value = "";
  const place = { user: state.me.id, channel: state.channel };
  const [command, ...rest] = words.split(" ");
  const answer = words[0] === "/"
    ? await control("POST", "slack/command", { ...place, command, text: rest.join(" ") })
    : await control("POST", "slack/message", { ...place, text: words });
  if (answer.error) $("problems").textContent = answer.error;
  await look();
});
