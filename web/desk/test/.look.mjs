import { chromium } from "playwright-core";
const base = "http://127.0.0.1:38771", out = "/tmp/desk-demo";
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const errors = [];
async function enter(role, opt) {
  const c = await browser.newContext(opt); const p = await c.newPage();
  p.on("console", m => m.type() === "error" && errors.push(p.url() + " " + m.text())); p.on("pageerror", e => errors.push(p.url() + " " + e.stack));
  await p.goto(base + "/desk"); await p.getByLabel("E-mail").fill(role + "@demo.example"); await p.getByLabel("Password").fill("read-all-about-it");
  await p.getByRole("button", { name: "Sign in" }).click(); await p.waitForURL(/desk\/(wire|stories)/); return p;
}
const p = await enter("editor", { viewport: { width: 1280, height: 860 } });
await p.waitForTimeout(800);
for (let i = 0; i < 3; i++) { await p.keyboard.press("j"); await p.waitForTimeout(250); }
await p.screenshot({ path: out + "/wire.png" });
let t = Date.now(); await p.goto(base + "/desk/stories"); console.log("stories", Date.now() - t);
await p.screenshot({ path: out + "/stories.png" });
await p.locator("#rows a.row").nth(1).click(); await p.locator("story-editor[data-ready]").waitFor(); await p.waitForTimeout(500);
await p.screenshot({ path: out + "/editor.png" });
await p.goto(base + "/desk/photos"); await p.waitForTimeout(800); await p.keyboard.press("j"); await p.waitForTimeout(500);
await p.screenshot({ path: out + "/photos.png" });
await p.goto(base + "/desk/discussion?show=recent"); await p.waitForTimeout(300); await p.keyboard.press("j"); await p.keyboard.press("j"); await p.screenshot({ path: out + "/discussion.png" });
const m = await enter("editor", { viewport: { width: 390, height: 844 } });
await m.goto(base + "/desk/stories"); await m.locator("#rows a.row").nth(1).click(); await m.locator("story-editor[data-ready]").waitFor(); await m.waitForTimeout(500);
await m.screenshot({ path: out + "/editor-390.png" });
await m.goto(base + "/desk/wire"); await m.locator("#rows a.row").nth(2).click(); await m.waitForTimeout(800); await m.screenshot({ path: out + "/wire-item-390.png" });
await m.goto(base + "/desk/photos"); await m.waitForTimeout(500); await m.screenshot({ path: out + "/photos-390.png" });
console.log(errors.join("\n")); await browser.close();
