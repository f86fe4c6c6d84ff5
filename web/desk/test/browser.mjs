// What the scripts that drive the desk in a real browser have in common.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const { DESK_PASSWORD: password, DESK_SHOTS: shots, DESK_ONLY: only } = process.env;
export const base = process.env.DESK_URL;
const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
export const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
let failed = 0;
let passed = 0;
const wrong = []; // what pages complained of

/** A browser of its own in which somebody with a role is signed in. */
export async function enter(role, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  page.on("console", (m) => {
    if (m.type() === "error" && !/ERR_INTERNET_DISCONNECTED|ERR_FAILED|status of (401|422|409)/.test(m.text())) wrong.push(`${page.url()}: ${m.text()}`);
  });
  page.on("pageerror", (e) => wrong.push(`${page.url()}: ${e.stack}`));
  await page.goto(`${base}/desk/sign-in`);
  await page.getByLabel("E-mail").fill(`${role}@broadsheet.example`);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(/\/desk\//);
  return page;
}

export async function check(name, run) {
  if (only && !name.includes(only)) return;
  const began = Date.now();
  try {
    await run();
    passed++;
    console.log(`ok    ${name} (${Date.now() - began} ms)`);
  } catch (error) {
    failed++;
    console.log(`FAIL  ${name}\n      ${String(error.stack ?? error).slice(0, 1500)}`);
  }
  for (const context of browser.contexts()) await context.close();
}

export async function shot(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: `${shots}/${name}.png` });
}

export async function accessible(page, what) {
  // The page's policy forbids inline scripts; the checker runs beside it.
  const found = await page.evaluate(async (source) => {
    (0, eval)(source);
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target} (${n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message ?? ""})`).slice(0, 4).join("; ")}`);
  }, axe);
  assert.deepEqual(found, [], what);
}

/** Closes the browser and says how it went. */
export async function finish() {
  await browser.close();
  if (wrong.length) {
    failed++;
    console.log(`FAIL  pages complained:\n${[...new Set(wrong)].slice(0, 20).join("\n")}`);
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}
