// Takes pictures of the demo's pages at two widths into test/e2e/shots, and the
// one of a story page that the README shows into docs/img.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch, Newsroom } from '../test/e2e/newsroom.mjs';

const root = resolve(fileURLToPath(import.meta.url), '../..');
const shots = join(root, 'test/e2e/shots');
const widths = [390, 1280];

mkdirSync(shots, { recursive: true });
mkdirSync(join(root, 'docs/img'), { recursive: true });
const room = await new Newsroom().start('demo', '--still');
const browser = await launch();
try {
  const story = await findStory();
  const pages = [
    ['front', '/'],
    ['section', '/world'],
    ['story', story.path],
    ['discussion', `/discussions/${story.id}`],
    ['ranking', '/discussions'],
    ['sign-in', '/account/sign-in'],
  ];
  for (const width of widths) {
    for (const scheme of ['light', 'dark']) {
      const context = await browser.newContext({ viewport: { width, height: 1000 }, colorScheme: scheme, baseURL: room.url });
      const page = await context.newPage();
      for (const [name, path] of pages) await shoot(page, `${name}-${width}-${scheme}`, path);
      await signIn(page);
      await shoot(page, `wire-${width}-${scheme}`, '/desk/wire');
      await shoot(page, `editor-${width}-${scheme}`, `/desk/stories/${story.id}`);
      await shoot(page, `photos-${width}-${scheme}`, '/desk/photos');
      await shoot(page, `moderation-${width}-${scheme}`, '/desk/discussion');
      await context.close();
    }
  }
  const context = await browser.newContext({ viewport: { width: 1280, height: 1500 }, baseURL: room.url });
  const page = await context.newPage();
  await page.goto(story.path, { waitUntil: 'load' });
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(shots, 'readme.png') });
  copyFileSync(join(shots, 'readme.png'), join(root, 'docs/img/story.png'));
} finally {
  await browser.close();
  await room.close();
}
process.stdout.write(`The pictures are in ${shots}; docs/img/story.png is new.\n`);

/** The story with the most discussed page, which the ranking puts first. */
async function findStory() {
  const ranking = await (await fetch(`${room.url}/discussions`)).text();
  const path = /href="(\/[a-z]+\/[^"#]*-([0-9a-z]{13}))/.exec(ranking);
  if (!path) throw new Error('the ranking names no story');
  return { path: path[1], id: path[2] };
}

async function shoot(page, name, path) {
  await page.goto(path, { waitUntil: 'load' });
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

async function signIn(page) {
  await page.goto('/desk/sign-in');
  await page.fill('[name=email]', 'editor@demo.example');
  await page.fill('[name=password]', 'read-all-about-it');
  await Promise.all([page.waitForNavigation(), page.press('[name=password]', 'Enter')]);
}
