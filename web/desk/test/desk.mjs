// Drives the desk in a real browser, as its people do. The Go test TestInABrowser
// of internal/desk starts a newsroom and this script against it:
//
//   DESK_URL=http://127.0.0.1:PORT DESK_PASSWORD=… [DESK_SHOTS=folder] node desk.mjs

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { accessible, base, browser, check, enter, finish, shot } from "./browser.mjs";

const { DESK_PASSWORD: password } = process.env;
const rows = (page) => page.locator("#rows a.row");
const saved = (page) => page.locator("#save-state[data-state=saved]").waitFor();
const text = (page) => page.locator("#text .ProseMirror");

async function newStory(page) {
  await page.goto(`${base}/desk/stories`);
  await page.keyboard.press("n");
  await page.waitForURL(/\/desk\/stories\/[0-9a-z]{13}$/);
  await page.locator("story-editor[data-ready]").waitFor();
  return page.url();
}

const stored = (page) => page.evaluate(async (id) => (await fetch(`/desk/api/stories/${id}`)).json(), page.url().split("/").pop().split("?")[0]);
const blocks = (story) => story.content.body.content.map((b) => `${b.type}: ${(b.content ?? []).map((c) => c.text ?? (c.content ?? []).map((d) => d.text ?? (d.content ?? []).map((e) => e.text).join("")).join("/")).join("|")}`);

await check("the wire is walked, filtered and moves by itself", async () => {
  const page = await enter("editor");
  await page.goto(`${base}/desk/wire`);
  assert.equal(await rows(page).count(), 11);
  await page.keyboard.press("j");
  await page.locator("#read h2.head", { hasText: "Second berth" }).waitFor();
  await page.keyboard.press("j");
  await page.locator("#read h2.head", { hasText: "Central bank" }).waitFor();
  assert.match(page.url(), /\/desk\/wire\/[0-9a-z]{13}$/);
  await page.keyboard.press("k");
  await page.locator("#read h2.head", { hasText: "Second berth" }).waitFor();
  await page.locator("#live-state", { hasText: "Live" }).waitFor();
  await shot(page, "wire-1280");
  await accessible(page, "wire");
  await page.keyboard.press("/");
  await page.keyboard.type("treaty");
  await page.locator("#rows a.row").nth(1).waitFor({ state: "detached" });
  assert.match(page.url(), /q=treaty/);
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await shot(page, "keys-1280");
  await accessible(page, "keys");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: /Find/ }).fill("harbour");
  await page.locator(".palette li", { hasText: "Harbour opens" }).first().waitFor();
  await shot(page, "palette-1280");
  await accessible(page, "palette");
  await page.keyboard.press("Escape");
});

await check("an item is used with one key and keeps its sources", async () => {
  const page = await enter("editor");
  await page.goto(`${base}/desk/wire`);
  await page.keyboard.press("j");
  await page.locator("#read h2.head", { hasText: "Second berth" }).waitFor();
  await page.keyboard.press("u");
  await page.locator("story-editor[data-ready]").waitFor();
  assert.equal(await page.locator("[name=headline]").inputValue(), "Second berth at Port Ellery to open in May, a month early");
  assert.equal(await page.locator(".ProseMirror > [data-from]").first().getAttribute("data-from"), "Meridian Press");
  await text(page).locator("p").last().click();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Ours now.");
  await saved(page);
  const story = await stored(page);
  assert.equal(story.content.body.content.at(-1).attrs.origin.kind, "staff");
  assert.equal(story.content.body.content[0].attrs.origin.kind, "wire");
  await shot(page, "editor-wire-1280");
  await accessible(page, "editor");
});

await check("typing is set as a typographer would, and shaped by keys", async () => {
  const page = await enter("reporter");
  await newStory(page);
  await page.keyboard.type('Rain "at last" in the \'90s');
  await page.keyboard.press("Enter");
  await page.keyboard.type("A wet week.");
  await page.keyboard.press("Enter");
  await page.keyboard.type(`"It's over -- at last," she said...`);
  await page.keyboard.press("Enter");
  await page.keyboard.type("## What comes next");
  await page.keyboard.press("Enter");
  await page.keyboard.type("- one");
  await page.keyboard.press("Enter");
  await page.keyboard.type("two");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.keyboard.type("/quo");
  await page.locator(".slash li", { hasText: "Quote" }).waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.type("We are glad.");
  await page.locator("blockquote textarea").fill("The mayor");
  await saved(page);
  const story = await stored(page);
  assert.equal(story.content.headline, "Rain “at last” in the ’90s");
  assert.equal(story.content.slug, "rain-at-last-in-the-90s");
  assert.deepEqual(blocks(story), ["paragraph: “It’s over — at last,” she said…", "crosshead: What comes next", "list: one|two", "quote: We are glad."]);
  assert.equal(story.content.body.content[3].attrs.attribution, "The mayor");
  assert.match(await page.locator("#words").textContent(), /14 words/);
  await page.locator("[name=section]").selectOption("world");
  await page.locator("[name=slug]").fill("my-slug");
  await page.locator("[name=headline]").fill("Changed");
  await saved(page);
  assert.equal((await stored(page)).content.slug, "my-slug");
});

await check("a paste from word processors comes in clean", async () => {
  const page = await enter("reporter");
  for (const [name, want] of [
    ["word", ["crosshead: Harbour talks", /^paragraph: The port authority said on Tuesday that the \|second berth\| would/, "crosshead: What was agreed", "list: Longer hours|A new crane", "list: First the dredging", "paragraph: See the |minutes| today."]],
    ["docs", [/^paragraph: The mayor called it \|a bad /, "crosshead: The vote", "list: Nine for|Two against, as recorded", "paragraph: One line", "paragraph: and another one"]],
  ]) {
    await newStory(page);
    await text(page).click();
    await page.evaluate((html) => {
      const data = new DataTransfer();
      data.setData("text/html", html);
      document.querySelector(".ProseMirror").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, readFileSync(new URL(`fixtures/${name}.html`, import.meta.url), "utf8"));
    await saved(page);
    const got = blocks(await stored(page)).map((b) => b.replace(/undefined/g, ""));
    assert.equal(got.length, want.length, got.join("\n"));
    want.forEach((w, i) => (w instanceof RegExp ? assert.match(got[i], w) : assert.equal(got[i].replace(/\|(recorded)/, "$1"), w)));
  }
});

await check("pictures and addresses can be pasted", async () => {
  const page = await enter("reporter");
  await newStory(page);
  await text(page).click();
  await page.keyboard.type("See the minutes");
  await page.keyboard.press("Shift+Control+ArrowLeft");
  // The editor hears of the selection by an event that comes after the key.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100))));
  const paste = (fill) => page.evaluate(async (source) => {
    const data = new DataTransfer();
    await (0, eval)(source)(data);
    document.querySelector(".ProseMirror").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, String(fill));
  await paste((data) => data.setData("text/plain", "https://port.example/minutes"));
  await text(page).locator('a[href="https://port.example/minutes"]', { hasText: "minutes" }).waitFor();
  await paste(async (data) => {
    const canvas = new OffscreenCanvas(300, 200);
    canvas.getContext("2d").fillRect(0, 0, 150, 200);
    data.items.add(new File([await canvas.convertToBlob({ type: "image/png" })], "pasted.png", { type: "image/png" }));
  });
  await text(page).locator("figure.photo img").waitFor();
  await saved(page);
  assert.deepEqual((await stored(page)).content.body.content.map((b) => b.type), ["paragraph", "photo"]);
});

await check("videos and embeds are put in by their address", async () => {
  const page = await enter("reporter");
  await newStory(page);
  await text(page).click();
  await page.keyboard.type("/vid");
  await page.keyboard.press("Enter");
  await page.getByLabel("Address", { exact: true }).fill("video.example/harbour");
  await page.getByRole("button", { name: "Put in" }).click();
  await page.getByLabel("Video: title").fill("The quay from the air");
  await page.getByLabel("Video: length").fill("2:15");
  await page.getByLabel("Video: address", { exact: true }).fill("nonsense");
  assert.equal(await page.getByLabel("Video: address", { exact: true }).getAttribute("aria-invalid"), "true");
  await page.getByRole("button", { name: "Choose a still" }).click();
  await page.locator(".pick button").first().click();
  await page.locator(".poster img").waitFor();
  await saved(page);
  const { attrs } = (await stored(page)).content.body.content.find((b) => b.type === "video");
  assert.equal(attrs.url, "https://video.example/harbour");
  assert.equal(attrs.duration, 135);
  assert.equal(attrs.title, "The quay from the air");
  assert.match(attrs.poster, /^[0-9a-z]{13}$/);
  await accessible(page, "editor with a video");
  await shot(page, "editor-video-1280");
});

await check("offline nothing is lost, and it is sent when the line is back", async () => {
  const page = await enter("reporter");
  await newStory(page);
  await text(page).click();
  await page.keyboard.type("Before. ");
  await saved(page);
  await page.context().setOffline(true);
  await page.keyboard.type("While away.");
  await page.locator("#save-state", { hasText: "Offline — kept in this browser" }).waitFor();
  await shot(page, "editor-offline-1280");
  await page.context().setOffline(false);
  await saved(page);
  assert.deepEqual(blocks(await stored(page)), ["paragraph: Before. While away."]);
});

await check("what a crash cut off comes back", async () => {
  const page = await enter("reporter");
  const url = await newStory(page);
  await text(page).click();
  await page.keyboard.type("Sent. ");
  await saved(page);
  const context = page.context();
  await context.setOffline(true);
  await page.keyboard.type("Not sent.");
  await page.locator("#save-state[data-state=offline]").waitFor();
  await page.close({ runBeforeUnload: false });
  await context.setOffline(false);
  // A page that was closed may live on for a moment: what it keeps is its own until it is
  // gone, or it gets its words out yet. Either way they are there when the story is opened.
  const again = await context.newPage();
  for (let tries = 1; ; tries++) {
    await again.goto(url);
    await again.locator("story-editor[data-ready]").waitFor();
    if ((await text(again).innerText()).includes("Not sent.")) break;
    assert.ok(tries < 20, "what was not sent is lost");
  }
  await saved(again);
  assert.deepEqual(blocks(await stored(again)), ["paragraph: Sent. Not sent."]);
});

await check("two editors: both versions stand side by side and nothing is dropped", async () => {
  const ana = await enter("reporter");
  const url = await newStory(ana);
  await text(ana).click();
  await ana.keyboard.type("One.");
  await ana.keyboard.press("Enter");
  await ana.keyboard.type("Two.");
  await saved(ana);
  const ben = await enter("editor");
  await ben.goto(url);
  await ben.locator("story-editor[data-ready]").waitFor();
  await ben.locator("#others", { hasText: "Ana Ruiz is here too" }).waitFor();
  // Ana's line is slow: what she writes goes out after Ben has saved.
  await ana.context().setOffline(true);
  await text(ana).locator("p").first().click();
  await ana.keyboard.press("End");
  await ana.keyboard.type(" Ana’s.");
  await text(ben).locator("p").first().click();
  await ben.keyboard.press("End");
  await ben.keyboard.type(" Ben’s.");
  await text(ben).locator("p").last().click();
  await ben.keyboard.press("End");
  await ben.keyboard.type(" More.");
  await saved(ben);
  await ana.context().setOffline(false);
  await ana.getByText("Ben Okafor saved this story while you were writing").waitFor();
  await shot(ana, "conflict-1280");
  await accessible(ana, "conflict");
  await ana.getByRole("button", { name: "Go on with this" }).click();
  await saved(ana);
  assert.deepEqual(blocks(await stored(ana)), ["paragraph: One. Ben’s.", "paragraph: One. Ana’s.", "paragraph: Two. More."]);
  // Ben, who writes nothing, sees it by itself.
  await ben.bringToFront();
  await text(ben).locator("p", { hasText: "Ana’s" }).waitFor();
});

await check("a story is checked and published", async () => {
  const page = await enter("editor");
  await newStory(page);
  await page.locator("[name=headline]").fill("Ferry runs again");
  await text(page).click();
  await page.keyboard.type("The ferry runs again.");
  await page.keyboard.press("Control+Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Choose a section.").waitFor();
  assert.ok(await dialog.getByRole("button", { name: "Publish" }).isDisabled());
  await shot(page, "checks-1280");
  await accessible(page, "checks");
  await dialog.getByRole("button", { name: "Choose a section." }).click();
  await page.locator("[name=section]").selectOption("world");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  await page.locator("#story-state", { hasText: "Live, version 1" }).waitFor();
  await text(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" Twice a day.");
  await page.locator("#story-state", { hasText: "changes not published" }).waitFor();
  await page.getByRole("button", { name: "Update" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Update" }).click();
  await page.locator("#story-state", { hasText: /Live, version 2$/ }).waitFor();
  assert.equal(await page.locator("#published li").count(), 2);
  await page.getByRole("button", { name: "Unpublish" }).click();
  await page.locator("#story-state", { hasText: "Taken down" }).waitFor();
});

await check("photos are added, described and put into a story", async () => {
  const page = await enter("editor");
  await page.goto(`${base}/desk/photos`);
  const jpeg = Buffer.from(await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(900, 600);
    const c = canvas.getContext("2d");
    for (let i = 0; i < 60; i++) {
      c.fillStyle = `hsl(${(i * 37) % 360} 40% ${30 + (i % 5) * 8}%)`;
      c.fillRect((i % 10) * 90, Math.floor(i / 10) * 100, 90, 100);
    }
    return Array.from(new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg" })).arrayBuffer()));
  }));
  await page.setInputFiles("#files", [{ name: "market.jpg", mimeType: "image/jpeg", buffer: jpeg }, { name: "broken.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no picture") }]);
  await page.locator("#rows .head", { hasText: "market.jpg" }).waitFor();
  await page.locator("photo-drop .failed").waitFor();
  await page.locator("#rows a.row", { hasText: "market.jpg" }).click();
  await page.getByLabel("Caption").fill("The market at Port Ellery on Tuesday");
  await page.getByLabel("Alt text").fill("Stalls in the rain");
  await page.getByLabel("Credit", { exact: true }).fill("The Broadsheet");
  await shot(page, "photos-1280");
  await accessible(page, "photos");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator("#rows .head", { hasText: "The market at Port Ellery" }).waitFor();
  await newStory(page);
  await text(page).click();
  await page.keyboard.type("/photo");
  await page.keyboard.press("Enter");
  await page.locator(".pick button", { hasText: "The market" }).click();
  await page.locator(".ProseMirror figure.photo img").waitFor();
  await page.locator(".ProseMirror figure.photo textarea").first().fill("Rain on the market");
  await saved(page);
  const [photo] = (await stored(page)).content.body.content;
  assert.equal(photo.type, "photo");
  assert.equal(photo.attrs.caption, "Rain on the market");
  await accessible(page, "editor with a photo");
  await page.getByRole("button", { name: "Make it the lead" }).click();
  await page.locator("#lead img").waitFor();
  await page.locator("#save-state[data-state=unsaved]").waitFor();
  await saved(page);
  const story = await stored(page);
  assert.equal(story.content.lead, photo.attrs.media);
  assert.equal(story.content.body.content.filter((b) => b.type === "photo").length, 0);
  await shot(page, "editor-photo-1280");
});

await check("a moderator decides by keys", async () => {
  const page = await enter("moderator");
  await page.goto(`${base}/desk/discussion`);
  await shot(page, "discussion-1280");
  await accessible(page, "discussion");
  await page.keyboard.press("j");
  await page.keyboard.press("2");
  await page.getByText("Nothing waits").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.locator("#notes", { hasText: "Undone" }).waitFor();
  await page.goto(`${base}/desk/discussion?show=recent`);
  assert.equal(await page.locator("article.comment.live").count(), 3);
  await shot(page, "discussion-recent-1280");
});

await check("an agency's kill alarms every page and is handled by keys", async () => {
  const elsewhere = await enter("reporter");
  await elsewhere.goto(`${base}/desk/stories`);
  await elsewhere.locator("[data-alarm]:visible", { hasText: "2" }).waitFor();
  const page = await enter("editor");
  await page.goto(`${base}/desk/alerts`);
  await shot(page, "alerts-1280");
  await accessible(page, "alerts");
  await page.keyboard.press("j");
  await page.keyboard.press("h");
  await page.locator("article", { hasText: "Readers do not get the story" }).waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.locator("article", { hasText: "Readers do not get the story" }).waitFor({ state: "detached" });
  await page.keyboard.press("y"); // without a reason it asks for one
  assert.equal(await page.locator("input[name=reason]:focus").count(), 1);
  await page.keyboard.type("Two sources of our own.");
  await page.keyboard.press("Enter");
  await elsewhere.locator("[data-alarm]:visible", { hasText: "1" }).waitFor();
  await page.goto(`${base}/desk/alerts?show=handled`);
  await page.locator("article", { hasText: "Two sources of our own." }).waitFor();
  await shot(page, "alerts-handled-1280");
  await accessible(page, "handled alerts");
  const dark = await enter("editor", { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
  await dark.goto(`${base}/desk/alerts`);
  await shot(dark, "alerts-390-dark");
  await accessible(dark, "alerts on a phone in the dark");
  assert.ok((await dark.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
});

await check("every page stands on a phone, in the dark, and is accessible", async () => {
  const page = await enter("admin", { viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true });
  const story = await newStory(page);
  for (const path of ["/desk/wire", "/desk/stories", "/desk/photos", "/desk/discussion?show=recent", "/desk/people", "/desk/tokens", new URL(story).pathname]) {
    await page.goto(base + path);
    await shot(page, `${path.split("?")[0].replace(/^\/desk\//, "").replace(/\/[0-9a-z]{13}$/, "-editor").replaceAll("/", "-")}-390-dark`);
    await accessible(page, path);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${path} is ${over} pixels too wide`);
  }
  await page.goto(`${base}/desk/wire`);
  await page.locator("#rows a.row", { hasText: "Second berth" }).tap();
  await page.waitForURL(/wire\/[0-9a-z]{13}/);
  await page.locator("#read h2.head").waitFor();
  await shot(page, "wire-item-390-dark");
  await accessible(page, "wire item");
  const light = await enter("admin", { viewport: { width: 390, height: 844 } });
  await light.goto(`${base}/desk/stories`);
  await light.locator("#rows a.row", { hasText: /Second berth|Harbour opens/ }).last().click();
  await light.locator("story-editor[data-ready]").waitFor();
  await shot(light, "editor-390");
  await accessible(light, "editor on a phone");
  for (const path of ["people", "tokens", "stories"]) {
    const wide = await enter("admin");
    await wide.goto(`${base}/desk/${path}`);
    await shot(wide, `${path}-1280`);
    await accessible(wide, path);
  }
  const dark = await enter("admin", { colorScheme: "dark" });
  await dark.goto(`${base}/desk/wire`);
  await dark.keyboard.press("j");
  await dark.locator("#read h2.head").waitFor();
  await shot(dark, "wire-1280-dark");
  await accessible(dark, "wire in the dark");
});

await check("the door, and the desk without scripts", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 860 } });
  const page = await context.newPage();
  await page.goto(`${base}/desk/wire?q=treaty`);
  await page.getByLabel("E-mail").fill("editor@broadsheet.example");
  await page.getByLabel("Password").fill(password);
  await shot(page, "door-1280");
  await page.getByRole("button", { name: "Sign in" }).click();
  assert.equal(await rows(page).count(), 1);
  await rows(page).first().click();
  await page.getByRole("button", { name: "Use" }).click();
  assert.match(page.url(), /\/desk\/stories\/[0-9a-z]{13}/);
});

await finish();
