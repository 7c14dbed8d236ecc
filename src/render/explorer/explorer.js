// The page: asks the server and shows what it says. Everything that comes from the server becomes
// text nodes: `element` knows no other way.

import * as hal from "./hal.js";

const ACCEPT = "application/hal+json, application/json;q=0.9, text/plain;q=0.5, */*;q=0.1";
const page = location.href.split("#")[0];
const at = (id) => document.getElementById(id);
const form = at("request");
const status = at("status");
const main = at("document");

/** Cancels the request before: only the last answer is shown. */
let running = new AbortController();
/** Tells ids apart that the page makes. */
let made = 0;

/** Returns an element with attributes and children; a child that is a text stays one. */
function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(key, value);
    else if (value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

/** Asks for something and shows the answer. */
async function ask(method, path, type, body) {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  at("address").value = path;
  at("method").value = method;
  showBody();
  status.textContent = `${method} ${path} …`;
  main.setAttribute("aria-busy", "true");
  try {
    const headers = { Accept: ACCEPT };
    if (body !== undefined) headers["Content-Type"] = type;
    const began = performance.now();
    const reply = await fetch(path, { method, headers, body, signal, credentials: "same-origin" });
    const text = await reply.text();
    const took = Math.round(performance.now() - began);
    const bytes = new TextEncoder().encode(text).length;
    const said = [`${reply.status} ${reply.statusText}`.trim(), hal.size(bytes), `${took} ms`];
    const id = reply.headers.get("x-request-id");
    if (id) said.push(`request ${id}`);
    status.textContent = said.join(" · ");
    status.className = reply.ok ? "good" : "bad";
    document.title = `${path} – API explorer`;
    main.replaceChildren(...answer(reply, text, path));
  } catch (error) {
    if (signal.aborted) return;
    status.textContent = `The server did not answer: ${error.message}`;
    status.className = "bad";
    main.replaceChildren();
  }
  main.removeAttribute("aria-busy");
}

/** Returns the elements that show an answer. */
function answer(reply, text, path) {
  const parts = [element("h2", {}, path)];
  const created = reply.headers.get("location");
  if (created) parts.push(element("p", {}, "Location: ", anchor(created, created)));
  const isJson = (reply.headers.get("content-type") ?? "").includes("json");
  let read;
  try {
    read = isJson ? JSON.parse(text) : undefined;
  } catch {
    read = undefined;
  }
  if (read !== undefined) parts.push(...shownDocument(read, read));
  const raw = read === undefined ? text : hal.indented(text);
  if (raw !== "") {
    const block = element("pre", { tabindex: "0" }, raw);
    parts.push(element("details", { open: read === undefined }, element("summary", {}, "Raw"), block));
  }
  return parts;
}

/** Returns the elements that show a document, or one that is embedded in it. */
function shownDocument(shown, whole) {
  const parts = [];
  const own = hal.properties(shown);
  if (own.length > 0) {
    const rows = own.flatMap(([name, value]) => [
      element("dt", {}, name),
      element("dd", {}, value !== null && typeof value === "object"
        ? element("pre", { tabindex: "0" }, hal.shown(value))
        : hal.shown(value)),
    ]);
    parts.push(element("section", {}, element("h3", {}, "Properties"), element("dl", {}, ...rows)));
  }
  const links = hal.links(shown);
  if (links.length > 0) {
    const list = element("ul", { class: "links" }, ...links.map((link) => shownLink(link, whole)));
    parts.push(element("section", {}, element("h3", {}, "Links"), list));
  }
  const embedded = hal.embedded(shown);
  if (embedded.length > 0) {
    const groups = embedded.flatMap(({ rel, items }) =>
      items.map((item, index) => shownEmbedded(rel, items.length > 1 ? index + 1 : 0, item, whole)),
    );
    parts.push(element("section", {}, element("h3", {}, "Embedded"), ...groups));
  }
  return parts;
}

/** Returns a part that can be opened. What is in it is made then: there may be thousands. */
function shownEmbedded(rel, number, item, whole) {
  const name = hal.properties(item).find(([key]) => key === "name" || key === "number");
  const label = [rel, number > 0 ? `${number}` : "", name ? hal.shown(name[1]) : ""];
  const part = element("details", {}, element("summary", {}, label.filter(Boolean).join(" ")));
  const open = () => part.append(...shownDocument(item, whole));
  part.addEventListener("toggle", open, { once: true });
  return part;
}

function shownLink(link, whole) {
  const label = element("span", { class: "rel" }, link.rel);
  const about = [link.title, link.name].filter(Boolean).join(": ");
  const other = element("button", {
    type: "button",
    class: "quiet",
    "aria-label": `Other method for ${link.rel} ${link.name}`.trim(),
    click: () => prepare(link.href),
  }, "Other method");
  const head = element("div", { class: "line" }, label, ...explanation(link.rel, whole));
  const go = link.places.length > 0
    ? template(link)
    : element("div", { class: "line" }, anchor(link.href, link.href), other);
  return element("li", {}, head, element("p", {}, about), go);
}

/** Returns a button that shows and hides what a relation means, or nothing. */
function explanation(rel, whole) {
  const where = hal.documentation(rel, whole);
  const there = where && hal.destination(where, page);
  if (!there?.path) return [];
  const id = `help-${(made += 1)}`;
  const text = element("div", { id, class: "help", hidden: true, role: "note" });
  const button = element("button", {
    type: "button",
    class: "quiet",
    "aria-expanded": "false",
    "aria-controls": id,
    "aria-label": `What ${rel} means`,
    click: async () => {
      text.hidden = !text.hidden;
      button.setAttribute("aria-expanded", String(!text.hidden));
      if (text.childElementCount === 0) text.replaceChildren(...(await explained(there.path)));
    },
  }, "?");
  return [button, text];
}

async function explained(path) {
  try {
    const reply = await fetch(path, { headers: { Accept: "application/hal+json" } });
    const help = await reply.json();
    const uses = Array.isArray(help.uses) ? help.uses : [];
    const rows = uses.flatMap((use) => [
      element("dt", {}, String(use.method)),
      element("dd", {}, String(use.text)),
    ]);
    return [element("p", {}, String(help.text ?? help.error)), element("dl", {}, ...rows)];
  } catch {
    return [element("p", {}, "The server does not say what this means.")];
  }
}

/** Returns a form with a field for each place of a link. */
function template(link) {
  const fields = link.places.map((place) => {
    const id = `place-${(made += 1)}`;
    const input = element("input", { id, name: place, type: "text", required: true });
    return element("span", { class: "field" }, element("label", { for: id }, place), input);
  });
  const filled = (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.currentTarget));
    const address = hal.expand(link.href, values);
    if (event.submitter?.value === "other") prepare(address);
    else go(address);
  };
  return element("form", { class: "line", submit: filled },
    element("code", {}, link.href),
    ...fields,
    element("button", { type: "submit", value: "get" }, "GET"),
    element("button", { type: "submit", value: "other", class: "quiet" }, "Other method"));
}

/** Returns a link: on this server to be shown here, elsewhere to be opened by the browser. */
function anchor(address, label) {
  const there = hal.destination(address, page);
  if (there === null) return element("span", {}, label);
  if (there.url) return element("a", { href: there.url, rel: "noreferrer" }, label);
  return element("a", { href: `#${there.path}` }, label);
}

/** Shows an address, if it is one of this server. */
function go(address) {
  const there = hal.destination(address, page);
  if (!there?.path) {
    status.textContent = `Not an address of this server: ${address}`;
    status.className = "bad";
  } else if (location.hash === `#${there.path}`) {
    void ask("GET", there.path);
  } else {
    location.hash = there.path;
  }
}

/** Puts an address into the form, for a request that is not a GET. */
function prepare(address) {
  const there = hal.destination(address, page);
  at("address").value = there?.path ?? address;
  if (at("method").value === "GET") at("method").value = "POST";
  showBody();
  at("method").focus();
}

function showBody() {
  const method = at("method").value;
  at("sent").hidden = ["GET", "DELETE"].includes(method);
  at("type").value = method === "PATCH" ? "application/merge-patch+json" : "application/json";
}

function submit(event) {
  event.preventDefault();
  const method = at("method").value;
  const address = at("address").value.trim();
  const there = hal.destination(address, page);
  const places = hal.places(address);
  if (places.length > 0) {
    status.textContent = `Fill in ${places.join(", ")} first.`;
    status.className = "bad";
  } else if (method === "GET" || !there?.path) {
    go(address);
  } else if (method !== "DELETE" || confirm(`Delete ${there.path}?`)) {
    const hasBody = method !== "DELETE";
    void ask(method, there.path, at("type").value, hasBody ? at("body").value : undefined);
  }
}

/** Shows what the address of the page says. */
async function show() {
  const there = hal.destination(location.hash.slice(1) || hal.entryPoint(page), page);
  if (there?.path) await ask("GET", there.path);
  else go(location.hash.slice(1));
}

form.addEventListener("submit", submit);
at("method").addEventListener("change", showBody);
at("entry").setAttribute("href", `#${hal.entryPoint(page)}`);
at("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener("hashchange", async () => {
  await show();
  main.focus();
});
void show();
