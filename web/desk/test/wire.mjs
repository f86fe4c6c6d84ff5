// Drives the wire screen and its rules as TestTheWireInABrowser of internal/desk starts
// them. POST /test/push of that server adds items to the wire.

import assert from "node:assert/strict";
import { accessible, base, browser, check, enter, finish, shot } from "./browser.mjs";

let sent = 0;
async function push(headline, more = {}) {
  const item = {
    uri: `urn:wire-test:${++sent}`, standard: { name: "ninjs", version: "3.0" }, type: "text", pubstatus: "usable", urgency: 4, language: "en",
    versioncreated: new Date().toISOString(), headlines: [{ value: headline }], provider: { literal: "northern", name: "Northern Wire" },
    bodies: [{ contenttype: "text/html", value: `<p>${headline}, officials said.</p>` }], ...more,
  };
  const answer = await fetch(`${base}/test/push`, { method: "POST", body: JSON.stringify(item) });
  assert.equal(answer.status, 204);
}

const picture = (n) => ({
  type: "picture", bodies: undefined,
  descriptions: [{ value: `Boats ${n} at the quay of Port Ellery on Tuesday.` }], creditline: "Jo Marsh / Northern Wire", by: "Jo Marsh",
  copyrightNotice: "Northern Wire 2026", usageTerms: "Editorial use only. No sales.",
  renditions: [{ name: "highRes", href: `quay-${n}.jpg`, contenttype: "image/jpeg", width: 1200, height: 800 }],
});

const rows = (page) => page.locator("#rows a.row");
const current = (page) => page.locator("#rows a.row[aria-current=true]");
const reading = (page, words) => page.locator("#read h2.head", { hasText: words }).waitFor();
const live = (page) => page.locator("#live-state", { hasText: "Live" }).waitFor();
const topOf = async (locator) => Math.round((await locator.boundingBox()).y);

await check("the list does not move under the hand", async () => {
  for (let i = 1; i <= 25; i++) await push(`Council paper ${i} is published`);
  const page = await enter("editor");
  await page.goto(`${base}/desk/wire`);
  await live(page);
  await push("Nobody holds the list");
  await rows(page).first().locator(".head", { hasText: "Nobody holds the list" }).waitFor();
  for (let i = 0; i < 4; i++) await page.keyboard.press("j");
  await reading(page, "Council paper 23");
  const before = await topOf(current(page));
  await push("Waits one");
  await push("Waits two");
  await page.locator("#waiting", { hasText: "2 new" }).waitFor();
  await shot(page, "wire-waiting-1280");
  await accessible(page, "wire with items that wait");
  assert.equal(await topOf(current(page)), before);
  assert.match(await current(page).textContent(), /Council paper 23/);
  assert.equal(await rows(page).locator(".head", { hasText: "Waits" }).count(), 0);
  await page.keyboard.press("j");
  await reading(page, "Council paper 22");
  await page.keyboard.press("n");
  await rows(page).first().locator(".head", { hasText: "Waits two" }).waitFor();
  assert.ok(await page.locator("#waiting").isHidden());
  assert.match(await current(page).textContent(), /Council paper 22/);

  await page.goto(`${base}/desk/wire`);
  await live(page);
  await page.locator("wire-list").evaluate((list) => list.scrollTo(0, 400));
  const seen = page.locator("#rows a.row", { hasText: "Council paper 15 " });
  const there = await topOf(seen);
  await push("Waits while one scrolls");
  await page.locator("#waiting", { hasText: "1 new" }).waitFor();
  assert.equal(await topOf(seen), there);
});

await check("the wire is worked through by keys", async () => {
  const page = await enter("editor");
  await page.goto(`${base}/desk/wire`);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  assert.match(await current(page).textContent(), /Waits while one scrolls/);
  await reading(page, "Waits while one scrolls");
  await page.keyboard.press("o");
  await page.locator("#read:focus").waitFor();
  await page.keyboard.press("t");
  await page.keyboard.type("council, night desk");
  await page.keyboard.press("Enter");
  await page.locator("#notes", { hasText: "The tags are kept" }).waitFor();
  await page.goto(`${base}/desk/wire?tag=night+desk`);
  assert.equal(await rows(page).count(), 1);
  assert.ok(await page.locator("details.more-filters").evaluate((d) => d.open));
  await shot(page, "wire-filters-1280");
  await accessible(page, "wire with its filters open");
  await page.goto(`${base}/desk/wire`);
  await page.keyboard.press("/");
  await page.keyboard.type('"council paper 7"');
  await rows(page).nth(1).waitFor({ state: "detached" });
  await page.locator("#q").fill("nowheretobefound");
  await page.getByText("Nothing on the wire has this").waitFor();
  await page.locator("#q").fill("published -paper");
  await page.getByText("Nothing on the wire has this").waitFor();
  await page.locator("#q").fill("berth");
  await rows(page).locator(".head", { hasText: "Second berth" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await reading(page, "Second berth");
  await page.keyboard.press("u");
  await page.locator("story-editor[data-ready]").waitFor();
});

await check("not for us, for everybody, and back", async () => {
  const [page, other] = [await enter("reporter"), await enter("editor")];
  await page.goto(`${base}/desk/wire`);
  await other.goto(`${base}/desk/wire`);
  await live(other);
  const row = (p) => rows(p).filter({ hasText: "Council paper 24 " });
  await row(page).click();
  await reading(page, "Council paper 24");
  await page.keyboard.press("x");
  await reading(page, "Council paper 23");
  await page.locator("#notes", { hasText: "Not for us" }).waitFor();
  assert.equal(await row(page).count(), 0);
  await row(other).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Undo" }).click();
  await row(page).waitFor();
  await row(other).waitFor();
  await row(page).click();
  await reading(page, "Council paper 24");
  await page.keyboard.press("x");
  await reading(page, "Council paper 23");
  await page.goto(`${base}/desk/wire?show=hidden`);
  await row(page).click();
  await page.locator("#read", { hasText: "Not for us, said Ana Ruiz" }).waitFor();
  await shot(page, "wire-not-for-us-1280");
  await accessible(page, "what is not for us");
  await page.keyboard.press("x");
  await page.locator("#notes", { hasText: "back in the list" }).waitFor();
});

await check("a saved search alerts on every page", async () => {
  const page = await enter("reporter");
  await page.goto(`${base}/desk/wire`);
  await page.keyboard.press("/");
  await page.keyboard.type("strike");
  await page.waitForURL(/q=strike/);
  await page.keyboard.press("Escape");
  await page.keyboard.press("f");
  await page.locator("#search-name:focus").waitFor();
  await page.keyboard.type("Strikes");
  await page.locator("#search-alert").check();
  await shot(page, "wire-save-search-1280");
  await accessible(page, "saving a search");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.locator(".tabs a[aria-current=page]", { hasText: "Strikes" }).waitFor();
  await page.goto(`${base}/desk/stories`);
  await live(page);
  await push("Dock strike begins at Port Ellery");
  await push("Weather stays fine");
  await page.locator("#notices .notice", { hasText: "Strikes 1 new Dock strike begins" }).waitFor();
  await page.locator(".places [data-count=wire]", { hasText: "1" }).waitFor();
  await shot(page, "notices-1280");
  await accessible(page, "a page with a notice");
  await page.locator("#notices .notice a").click();
  await reading(page, "Dock strike begins");
  await page.locator("#notices").waitFor({ state: "hidden" });
  await push("Second strike");
  await page.locator("#notices .notice", { hasText: "Second strike" }).waitFor();
  await page.getByRole("button", { name: "Strikes: seen" }).click();
  await page.locator("#notices").waitFor({ state: "hidden" });
  await page.goto(`${base}/desk/wire?q=strike`);
  await page.keyboard.press("f");
  await page.getByRole("button", { name: "Delete the search" }).click();
  await page.locator("#notes", { hasText: "deleted" }).waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.locator("#notes", { hasText: "Undone" }).waitFor();
});

await check("the light table", async () => {
  for (let i = 1; i <= 9; i++) await push(`Boats at the quay, ${i}`, picture(i));
  const page = await enter("editor");
  await page.goto(`${base}/desk/wire?view=light`);
  await page.waitForFunction(() => [...document.querySelectorAll("#rows img")].slice(0, 4).every((img) => img.complete && img.naturalWidth === 400));
  await page.keyboard.press("ArrowRight");
  await page.locator("#read .shot img").waitFor();
  await page.keyboard.press("ArrowRight");
  await page.locator("#read .shot", { hasText: "Boats 8" }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.locator("#read .shot", { hasText: "Boats 8" }).waitFor();
  const facts = await page.locator("#read .shot").textContent();
  for (const words of ["Jo Marsh / Northern Wire", "Editorial use only", "1200 × 800 pixels, large enough beside the text"]) assert.ok(facts.includes(words), `${words} in ${facts}`);
  await page.waitForFunction(() => document.querySelector("#read .shot img")?.complete);
  await shot(page, "light-1280");
  await accessible(page, "light table");
  await page.keyboard.press("p");
  await page.locator(".use-photo button:focus").waitFor();
  await shot(page, "light-use-photo-1280");
  await accessible(page, "using a photo");
  await page.keyboard.press("Enter");
  await page.locator("#notes", { hasText: "The photo is in the library" }).waitFor();
  await page.keyboard.press("x");
  await page.locator("#read .shot", { hasText: "Boats 7" }).waitFor();
  await page.keyboard.press("p");
  await page.locator(".use-photo select").selectOption({ index: 1 });
  await page.getByRole("button", { name: "Take the photo" }).click();
  await page.locator("#notes", { hasText: "The photo is in the story" }).waitFor();
  const dark = await enter("editor", { colorScheme: "dark" });
  await dark.goto(`${base}/desk/wire?view=light`);
  await dark.keyboard.press("ArrowRight");
  await dark.waitForFunction(() => document.querySelector("#read .shot img")?.complete);
  await shot(dark, "light-1280-dark");
  await accessible(dark, "light table in the dark");
});

await check("a rule is tried, switched on, moved and deleted", async () => {
  const page = await enter("editor");
  await page.goto(`${base}/desk/wire`);
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await page.getByText("No rules yet").waitFor();
  await shot(page, "rules-empty-1280");
  await accessible(page, "no rules");
  await page.keyboard.press("c");
  await page.getByLabel("Name", { exact: true }).fill("Council papers");
  await page.getByLabel("Words").fill("council paper");
  await page.getByLabel("Tag it").fill("council");
  await page.getByRole("button", { name: "Switch on" }).click();
  await page.getByText(/Would have matched \d+ of yesterday’s items, 2[45] of today’s|Would have matched 2[45] of yesterday’s items/).waitFor();
  await page.getByText("Look at them, then switch the rule on").waitFor();
  await shot(page, "rule-1280");
  await accessible(page, "a rule that was tried");
  await page.getByRole("button", { name: "Switch on" }).click();
  await page.locator(".rule", { hasText: "Council papers" }).waitFor();
  await push("Council paper 99 is published");
  await page.goto(`${base}/desk/wire?tag=council`);
  await rows(page).locator(".head", { hasText: "Council paper 99" }).waitFor();
  await page.goto(`${base}/desk/wire/rule`);
  await page.getByLabel("Name", { exact: true }).fill("No weather");
  await page.getByLabel("Words").fill("weather");
  await page.getByLabel("And", { exact: true }).selectOption("drop");
  await page.getByRole("button", { name: "Try it on yesterday" }).click();
  await page.getByText("Would have matched").waitFor();
  await page.getByRole("button", { name: "Switch on" }).click();
  await page.getByRole("button", { name: "Up: No weather" }).click();
  await page.locator(".rule").first().getByText("No weather").waitFor();
  await page.getByRole("button", { name: "Pause Council papers" }).click();
  await page.locator(".rule", { hasText: "Paused" }).waitFor();
  await shot(page, "rules-1280");
  await accessible(page, "rules");
  await page.getByRole("button", { name: "Delete No weather" }).click();
  await page.locator(".rule").nth(1).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Undo" }).click();
  await page.locator(".rule").nth(1).waitFor();
});

await check("the wire on a phone", async () => {
  for (const scheme of ["light", "dark"]) {
    const page = await enter("editor", { viewport: { width: 390, height: 844 }, colorScheme: scheme, hasTouch: true });
    for (const path of ["wire", "wire?view=light", "wire?tag=council", "wire/rules", "wire/rule"]) {
      await page.goto(`${base}/desk/${path}`);
      await page.waitForFunction(() => [...document.querySelectorAll("#rows img")].slice(0, 4).every((img) => img.complete));
      await shot(page, `${path.replace(/[/?=]/g, "-")}-390-${scheme}`);
      await accessible(page, `${path} on a phone, ${scheme}`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${path} is ${over} pixels too wide`);
    }
    await page.goto(`${base}/desk/wire?view=light`);
    await rows(page).first().tap();
    await page.locator("#read .shot img").waitFor();
    await page.waitForFunction(() => document.querySelector("#read .shot img").complete);
    await page.locator("summary", { hasText: "Use photo" }).tap();
    await shot(page, `light-photo-390-${scheme}`);
    await accessible(page, `a photo on a phone, ${scheme}`);
  }
});

await check("without scripts", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${base}/desk/wire`);
  await page.getByLabel("E-mail").fill("editor@broadsheet.example");
  await page.getByLabel("Password").fill(process.env.DESK_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await rows(page).filter({ hasText: "Council paper 3 " }).click();
  await page.getByRole("button", { name: "Not for us" }).click();
  await page.getByText("Not for us, said").waitFor();
  await page.getByRole("button", { name: "For us" }).click();
  assert.equal(await page.getByText("Not for us, said").count(), 0);
});

await finish();
