// Documents of the API, read: pure functions of values, without a page around them.
// What a document says is data from others. It is never taken for markup, and only followed as an
// address if it is one.

/** Returns the links of a document, one after the other, without those that explain the others. */
export function links(document) {
  const found = [];
  for (const [rel, value] of Object.entries(object(document)._links ?? {})) {
    if (rel === "curies") continue;
    for (const link of Array.isArray(value) ? value : [value]) {
      if (typeof link?.href !== "string") continue;
      found.push({
        rel,
        href: link.href,
        title: text(link.title),
        name: text(link.name),
        places: places(link.href),
      });
    }
  }
  return found;
}

/** Returns where it is said what a relation means, or null. */
export function documentation(rel, document) {
  const [prefix, name] = split(rel);
  if (name === "") return null;
  const curies = object(document)._links?.curies;
  const curie = (Array.isArray(curies) ? curies : []).find((it) => it?.name === prefix);
  return typeof curie?.href === "string" ? expand(curie.href, { rel: name }) : null;
}

function split(rel) {
  const colon = rel.indexOf(":");
  return colon < 0 ? [rel, ""] : [rel.slice(0, colon), rel.slice(colon + 1)];
}

/** Returns the names of the places that a template leaves to be filled, each once. */
export function places(template) {
  return [...new Set([...template.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1]))];
}

/** Returns a template with values in its places; a place without a value stays. */
export function expand(template, values) {
  return template.replace(/\{([^{}]+)\}/g, (place, name) =>
    Object.hasOwn(values, name) ? encodeURIComponent(values[name]) : place,
  );
}

/** Returns what is embedded in a document: each relation with its documents. */
export function embedded(document) {
  const found = Object.entries(object(document)._embedded ?? {});
  return found.map(([rel, value]) => ({ rel, items: Array.isArray(value) ? value : [value] }));
}

/** Returns what a document says itself, without links and what is embedded. */
export function properties(document) {
  const own = Object.entries(object(document));
  return own.filter(([name]) => name !== "_links" && name !== "_embedded");
}

/**
 * Returns where an address leads: `{ path }` on this server, `{ url }` elsewhere, or null if it is
 * no address that can be followed.
 */
export function destination(address, page) {
  let url;
  try {
    url = new URL(address, page);
  } catch {
    return null;
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  if (url.origin !== new URL(page).origin) return { url: url.href };
  return { path: url.pathname + url.search };
}

/** Returns the path of the entry point: what lies above the directory of the page. */
export function entryPoint(page) {
  return new URL("..", page).pathname;
}

/** Returns JSON as a text with lines and spaces. Numbers and texts stay as they were sent. */
export function indented(json) {
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  let depth = 0;
  let out = "";
  const line = () => "\n" + "  ".repeat(depth);
  tokens.forEach((token, index) => {
    if (token === "{" || token === "[") {
      depth += 1;
      out += token;
      if (tokens[index + 1] !== "}" && tokens[index + 1] !== "]") out += line();
    } else if (token === "}" || token === "]") {
      depth -= 1;
      const isEmpty = tokens[index - 1] === "{" || tokens[index - 1] === "[";
      out += (isEmpty ? "" : line()) + token;
    } else if (token === ",") {
      out += token + line();
    } else {
      out += token === ":" ? ": " : token;
    }
  });
  return out;
}

/** Returns a number of bytes as people read it. */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Returns a value as a line or several. */
export function shown(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function object(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
}

function text(value) {
  return typeof value === "string" ? value : "";
}
