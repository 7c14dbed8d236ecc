// Walks the pages in a real browser, twice as wide as a phone and as wide as one, light and dark, with
// scripts and without:
//
//   node walk.mjs START OUT      START is where a server listens, or the index.html of a static site
//
// First a person's way, by what the links say; then every page that a link leads to. Each page has to load,
// fit its width, say nothing on the console, ask nobody else for anything, and have no serious fault that
// axe knows of. The person's way leaves pictures in OUT. Prints what is wrong and fails if anything is.

import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

const installed = createRequire(join(process.env.INSTALLED, "package.json"));
const { chromium } = installed("playwright-core");
const axe = await readFile(installed.resolve("axe-core/axe.min.js"), "utf8");

const [start, out] = process.argv.slice(2);
const isServed = start.startsWith("http:");
const root = isServed ? start : start.replace(/[^/]*$/, "");

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const LOOKS = [
  { name: "desktop-light", viewport: DESKTOP, colorScheme: "light", javaScriptEnabled: true },
  { name: "desktop-dark", viewport: DESKTOP, colorScheme: "dark", javaScriptEnabled: true },
  { name: "phone-light", viewport: PHONE, colorScheme: "light", javaScriptEnabled: true },
  { name: "phone-dark-plain", viewport: PHONE, colorScheme: "dark", javaScriptEnabled: false },
];

// What a person clicks on, from the first page: the name of the picture, and a link or a button of the page.
const WAY = [
  { shot: "integrations" },
  { shot: "application", link: "Order Service", in: "main" },
  { shot: "contract", href: /consumer\/Web\/latest|order-service~\w+\/web~\w+\/index/, in: "main" },
  { shot: "differences", link: /what changed|changes|diff/i, in: "main" },
  { shot: "matrix", link: "Matrix", in: "nav", served: true },
  { shot: "can-i-deploy", link: /can i deploy|can-i-deploy/i, in: "body", served: true },
  { shot: "network", link: "Network", in: "nav" },
  { shot: "environments", link: "Environments", in: "nav" },
  { shot: "environment", link: "production", in: "main" },
  { shot: "webhooks", link: "Webhooks", in: "nav" },
];
const MOST_PAGES = 200;

const faults = [];
const say = (look, url, what) => faults.push(`${look.name} ${url.replace(root, "/")}: ${what}`);

// A page that reports what goes wrong on it.
async function watched(browser, look) {
  const { viewport, colorScheme, javaScriptEnabled } = look;
  const context = await browser.newContext({ viewport, colorScheme, javaScriptEnabled });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) say(look, page.url(), `console: ${message.text()}`);
  });
  page.on("pageerror", (error) => say(look, page.url(), `script: ${error.message}`));
  await context.route("**", (route) => {
    const url = route.request().url();
    if (url.startsWith(root) || url.startsWith("data:")) return route.continue();
    say(look, page.url(), `asks somebody else: ${url}`);
    return route.abort();
  });
  return page;
}

async function examine(page, look) {
  const seen = await page.evaluate(() => ({
    title: document.title,
    headings: document.querySelectorAll("h1").length,
    language: document.documentElement.lang,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  }));
  if (!seen.title) say(look, page.url(), "has no title");
  if (seen.headings !== 1) say(look, page.url(), `has ${seen.headings} first headings`);
  if (!seen.language) say(look, page.url(), "says no language");
  if (seen.overflow > 0) say(look, page.url(), `is ${seen.overflow} pixels too wide`);
  if (!look.javaScriptEnabled) return;
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run(document, { preload: false, resultTypes: ["violations"] }));
  for (const { id, impact, nodes } of violations) {
    if (!["serious", "critical"].includes(impact)) continue;
    say(look, page.url(), `axe: ${id} (${impact}) ${nodes.length} × ${nodes[0].html.slice(0, 160)}`);
  }
}

async function wander(page, look) {
  await page.goto(start);
  for (const step of WAY) {
    if (step.served && !isServed) continue;
    if (step.link || step.href) {
      const within = page.locator(step.in).first();
      const links = step.href
        ? within.locator("a[href]")
        : within.getByRole(/^/.test(step.role ?? "") ? "link" : step.role, { name: step.link, exact: typeof step.link === "string" });
      const target = step.href ? await matching(links, step.href) : links.first();
      if (!target || (await target.count()) === 0) {
        say(look, page.url(), `has no way to "${step.shot}"`);
        continue;
      }
      await target.click();
      await page.waitForLoadState("load");
    }
    await page.screenshot({ path: join(out, look.name, `${step.shot}.png`), fullPage: true });
  }
}

// In a site without a server, a script finds names in a file; without scripts there is no field for it.
async function find(page, look) {
  await page.goto(start);
  const field = page.locator("#find");
  if (!look.javaScriptEnabled) {
    if (await field.isVisible()) say(look, start, "has a field that does nothing");
    return;
  }
  await field.fill("ORDER serv");
  const found = page.locator(".finds a").first();
  await found.waitFor();
  await examine(page, look);
  await page.screenshot({ path: join(out, look.name, "found.png") });
  await found.click();
  await page.waitForLoadState("load");
  const heading = await page.locator("h1").textContent();
  if (heading !== "Order Service") say(look, page.url(), `was found, and is ${heading}`);
}

async function matching(links, pattern) {
  for (const link of await links.all()) {
    if (pattern.test((await link.getAttribute("href")) ?? "")) return link;
  }
  return null;
}

async function follow(page, look) {
  const waiting = [start];
  const known = new Set(waiting);
  let pages = 0;
  while (waiting.length > 0 && pages < MOST_PAGES) {
    const url = waiting.shift();
    let answer;
    try {
      answer = await page.goto(url);
    } catch (error) {
      say(look, url, `does not load: ${error.message.split("\n")[0]}`);
      continue;
    }
    if (isServed && answer.status() !== 200) {
      say(look, url, `answers ${answer.status()}`);
      continue;
    }
    const type = answer.headers()["content-type"] ?? "text/html";
    if (!type.startsWith("text/html")) continue;
    pages += 1;
    await examine(page, look);
    const links = await page.evaluate(() => [...document.querySelectorAll("a[href]")].map((link) => {
      const href = link.href.baseVal ?? link.href;
      const { download } = link;
      return download === undefined || download === "" ? new URL(href, document.baseURI).href : "";
    }));
    for (const link of links.map((link) => link.replace(/#.*/, ""))) {
      if (!link.startsWith(root) || known.has(link) || /\/doc\/|hal-browser/.test(link)) continue;
      known.add(link);
      waiting.push(link);
    }
  }
  return pages;
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
for (const look of LOOKS) {
  await mkdir(join(out, look.name), { recursive: true });
  const page = await watched(browser, look);
  await wander(page, look);
  if (!isServed) await find(page, look);
  const pages = await follow(page, look);
  console.log(`${look.name}: ${pages} pages`);
  if (pages < 10) say(look, start, `leads to ${pages} pages only`);
  await page.context().close();
}
await browser.close();
const different = [...new Set(faults)];
for (const fault of different) console.log(`FAULT ${fault}`);
process.exit(different.length === 0 ? 0 : 1);
