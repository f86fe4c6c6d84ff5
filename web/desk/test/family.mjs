// What has moved on the wire is taken over into a story, in a real browser. The Go test
// TestTakingOverInABrowser of internal/desk starts a newsroom and this script:
//
//   DESK_URL=http://127.0.0.1:PORT DESK_PASSWORD=… [DESK_SHOTS=folder] node family.mjs

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const { DESK_URL: base, DESK_PASSWORD: password, DESK_SHOTS: shots } = process.env;
const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await (await browser.newContext({ viewport: { width: 1280, height: 860 } })).newPage();
const wrong = [];
page.on("console", (m) => m.type() === "error" && wrong.push(m.text()));
page.on("pageerror", (e) => wrong.push(e.stack));

async function looks(name) {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 860 });
    const found = await page.evaluate(async (source) => {
      (0, eval)(source);
      const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
      return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).slice(0, 4).join("; ")}`);
    }, axe);
    assert.deepEqual(found, [], `${name} at ${width}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} scrolls sideways at ${width}`);
    if (shots) await page.screenshot({ path: `${shots}/${name}-${width}.png`, fullPage: width < 1000 });
  }
  await page.setViewportSize({ width: 1280, height: 860 });
}

await page.goto(`${base}/desk/sign-in`);
await page.getByLabel("E-mail").fill("reporter@broadsheet.example");
await page.getByLabel("Password").fill(password);
await page.getByRole("button", { name: "Sign in" }).click();
await page.waitForURL(/\/desk\//);

// The tree beside an item, one key to the newest take, and the difference to it.
await page.goto(`${base}/desk/wire`);
await page.locator("#rows a.row", { hasText: "Ferry with 112" }).click();
await page.locator("#read h2.head", { hasText: "Ferry with 112" }).waitFor();
await page.locator(".family", { hasText: "The story so far" }).waitFor();
await looks("wire-family");
await page.keyboard.press("l");
await page.locator("#read h2.head", { hasText: "Ferry with 121" }).waitFor();
await page.locator(".family li", { hasText: "1st lead" }).getByRole("link", { name: /^Differences/ }).first().click();
await page.locator(".compare ins", { hasText: "121" }).first().waitFor();
await looks("wire-compare");

// The story says that its wire has moved on.
await page.goto(`${base}/desk/stories`);
await page.locator(".row", { hasText: "2nd lead came at" }).waitFor();
await looks("stories-moved");
await page.locator("#rows a.row").first().click();
await page.locator("story-editor[data-ready]").waitFor();
await page.locator("#moved .line", { hasText: "2nd lead came at" }).waitFor();
await page.getByRole("button", { name: "Show what is different" }).click();
await looks("editor-moved");

// One click takes a paragraph over with its origin, one step takes it back.
const text = page.locator("#text .ProseMirror");
const before = await text.innerText();
const rows = page.locator("#moved .differs");
assert.equal(await rows.count(), 4);
await rows.nth(0).getByRole("button", { name: "Take over" }).click();
await text.locator("p", { hasText: "with 121 people" }).waitFor();
await text.click();
await page.keyboard.press("Control+z");
await text.locator("p", { hasText: "with 112 people" }).waitFor();
assert.equal(await text.innerText(), before);
await page.keyboard.press("Control+Shift+z");
await text.locator("p", { hasText: "with 121 people" }).waitFor();
await page.locator("#moved .differs", { hasText: "Tugs from" }).getByRole("button", { name: "Put in" }).click();
await page.locator("#moved .differs", { hasText: "could not say why" }).getByRole("button", { name: "Take out" }).click();
await text.locator("p", { hasText: "could not say why" }).waitFor({ state: "detached" });
await page.locator("#save-state[data-state=saved]").waitFor();
await page.getByRole("button", { name: "Done with this" }).click();
await page.locator("#moved").waitFor({ state: "hidden" });
const stored = await page.evaluate(async (id) => (await fetch(`/desk/api/stories/${id}`)).json(), page.url().split("/").pop());
const blocks = stored.content.body.content;
assert.match(JSON.stringify(blocks[0]), /with 121 people/);
assert.equal(blocks[0].attrs.origin.kind, "wire");
assert.notEqual(blocks[0].attrs.origin.id, blocks[1].attrs.origin.id, "a block that was taken over comes from the newer item");
assert.match(JSON.stringify(blocks), /Tugs from/);
assert.doesNotMatch(JSON.stringify(blocks), /could not say why/);
await page.reload();
await page.locator("story-editor[data-ready]").waitFor();
assert.deepEqual(wrong, []);
await browser.close();
