// The whole way, as its people go it: an agency's file comes in, an editor makes a
// story of it and publishes, readers discuss it, others see that live, the ranking
// moves, a moderator removes a comment and it is gone everywhere.
import { after, before, describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Newsroom, accessibility, launch, password, until, watch } from './newsroom.mjs';

const here = import.meta.dirname;
const newsroom = new Newsroom();
const faults = [];
let browser;
let story; // its path
let storyID;

/** A person is a browser profile of its own. */
async function person(options = {}) {
  const context = await browser.newContext({ baseURL: newsroom.url, viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  watch(page, newsroom.url, faults);
  return page;
}

async function staff(email) {
  const page = await person();
  await page.goto('/desk/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/desk/**');
  return page;
}

/** Registers by mail and signs in, with or without JavaScript. */
async function reader(name, options) {
  const page = await person(options);
  const email = `${name.toLowerCase()}@readers.example`;
  await page.goto('/account/register');
  await page.getByLabel('Name shown with your comments').fill(name);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Register' }).click();
  const link = await until(() => newsroom.mailedLink(email), `the mail to ${email}`);
  await page.goto(link);
  if (options?.javaScriptEnabled !== false) await fine(page);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Confirm my address' }).click();
  await page.getByText('you are signed in').waitFor();
  return page;
}

async function comment(page, text) {
  await page.goto(story);
  await page.getByLabel('Your comment').fill(text);
  await page.getByRole('button', { name: 'Post comment' }).click();
  await said(page, text.replaceAll('*', '')).waitFor();
}

const said = (page, text) => page.locator('#discussion .thread').filter({ hasText: text }).last();
const ranked = (page) => page.locator(`.active [data-story="${storyID}"]`).first();
const plain = async (locator) => (await locator.innerText()).replace(/\s+/g, ' ');

async function fine(page) {
  assert.deepEqual(await accessibility(page), [], `axe-core on ${page.url()}`);
}

before(async () => {
  for (const [role, name] of [['admin', 'Ada Chief'], ['editor', 'Edda Night'], ['reporter', 'Rolf Day'], ['moderator', 'Mo Calm']]) {
    newsroom.addUser(`${role}@paper.example`, name, role);
  }
  const drop = join(newsroom.folder, 'drop');
  mkdirSync(drop);
  copyFileSync(join(here, 'fixtures/talks.xml'), join(drop, 'talks.xml'));
  copyFileSync(join(here, '../../internal/demo/content/photos/casa-mila.jpg'), join(drop, 'talks.jpg'));
  newsroom.command(['wire', 'ingest', drop]);
  await newsroom.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  const code = await newsroom.stop();
  await newsroom.close();
  assert.equal(code, 0, `SIGTERM ends the program with ${code}`);
  assert.deepEqual(faults, [], 'faults of pages');
});

describe('from a wire file to a living discussion', { concurrency: false }, () => {
  it('an editor makes a story of an agency item', async () => {
    const desk = await staff('editor@paper.example');
    await desk.goto('/desk/wire');
    await fine(desk);
    await desk.getByRole('link', { name: 'Envoys agree to meet again' }).click();
    const item = desk.locator('#read');
    await item.getByText('again within a week').waitFor();
    assert.equal(await item.locator('.copy strong').innerText(), 'again within a week');
    await fine(desk);
    await item.getByRole('button', { name: 'Use' }).click();
    await desk.waitForURL('**/desk/stories/*');
    await desk.locator('story-editor[data-ready]').waitFor();
    assert.equal(await desk.getByLabel('Headline').inputValue(), 'Envoys agree to meet again over the straits');

    await desk.getByLabel('Standfirst').fill('A first day of talks ends with a date for the second, and a list of nine points.');
    await desk.getByLabel('Section').selectOption('world');
    const text = desk.locator('#text [contenteditable=true]');
    await text.click();
    await desk.keyboard.press('Control+End');
    await desk.keyboard.press('Enter');
    await desk.keyboard.type('"We will be there," said a harbour master who asked not to be named.');
    await desk.locator('#save-state').filter({ hasText: /^Saved/ }).waitFor();
    await fine(desk);

    await desk.locator('#publish').click();
    await desk.getByRole('dialog').getByRole('button', { name: /^Publish$/ }).click();
    await desk.locator('#story-state').filter({ hasText: 'Live' }).waitFor();
    story = new URL(await desk.locator('a#page').getAttribute('href'), newsroom.url).pathname;
    storyID = /-([0-9a-z]{13})$/.exec(story)[1];
  });

  it('the page says who made it, when, and from what', async () => {
    const page = await person();
    await page.goto(story);
    const text = await plain(page.locator('main'));
    for (const want of [
      'Envoys agree to meet again over the straits',
      'A first day of talks ends with a date',
      'and news services', // P2: wire copy was used
      'Harbour Press Agency contributed to this report.', // P7
      'Tomas Brandt / Harbour Press Agency', // P1
      'The harbour of Port Vesna, where the envoys met on Monday.',
      'A list of nine points', // P5
      '“We will be there,” said a harbour master',
      'Discussion', 'Most active discussions',
    ]) assert.ok(text.includes(want), `the page lacks “${want}”:\n${text}`);
    assert.match(await page.locator('.by time').first().getAttribute('datetime'), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    assert.match(text, /\d(:\d\d)?(:\d\d)? [ap]\.?m\.? ET/i);
    assert.equal(await page.locator('script').filter({ hasText: 'this must never run' }).count(), 0);
    const ld = JSON.parse(await page.locator('script[type="application/ld+json"]').textContent());
    assert.equal(ld['@type'], 'NewsArticle');
    assert.equal(ld.headline, 'Envoys agree to meet again over the straits');
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    const shown = await page.locator('.lead-photo img').evaluate((img) => img.decode().then(() => img.naturalWidth > 0));
    assert.ok(shown, 'the lead photo does not load');
    await fine(page);
    for (const path of ['/', '/world', '/discussions', `/discussions/${storyID}`, '/account/register', '/account/sign-in', '/nothing-here']) {
      await page.goto(path);
      await fine(page);
    }
    await page.goto('/');
    assert.ok((await plain(page.locator('main'))).includes('Envoys agree to meet again'));
    const feed = await (await page.request.get('/feed.xml')).text();
    assert.ok(feed.includes('<title>Envoys agree to meet again over the straits</title>'), feed.slice(0, 800));
  });

  it('answers a cached page by its ETag, and keeps the policy strict', async () => {
    const page = await person();
    const first = await page.request.get(story);
    const { etag, 'content-security-policy': policy } = first.headers();
    assert.match(etag, /^"[^"]+"$/);
    assert.ok(policy && !policy.includes('unsafe'), policy);
    const again = await page.request.get(story, { headers: { 'If-None-Match': etag } });
    assert.equal(again.status(), 304);
  });

  it('readers discuss it, and others see it live', async () => {
    const watching = await person();
    await watching.goto(story);
    const ann = await reader('Annika');
    await comment(ann, 'The fees were the *whole* quarrel ten years ago too.');

    const news = watching.getByRole('button', { name: /1 new comment/ });
    await news.waitFor({ timeout: 3000 });
    await news.click();
    await said(watching, 'The fees were the whole quarrel').waitFor();
    assert.equal(await said(watching, 'The fees were').locator('.said em').innerText(), 'whole');

    const ben = await reader('Benedikt');
    await ben.goto(story);
    await said(ben, 'The fees were').getByRole('link', { name: 'Reply' }).click();
    await ben.getByLabel(/Your reply/).fill('And the hot line was promised then as well.');
    await ben.getByRole('button', { name: 'Post reply' }).click();
    await said(ben, 'And the hot line').waitFor();
    await ben.locator('.thread').filter({ hasText: 'The fees were' }).first().getByRole('button', { name: /^Vote/ }).first().click();
    await ben.locator(`form[action$="/vote"] [data-vote="${storyID}"]`).first().click();

    // Two comments, and one vote each for a comment and the discussion.
    const moved = async (page) => /2 votes, 2 comments/.test(await plain(ranked(page)));
    await until(() => moved(ben), 'the ranking of the voter’s page to move').catch(async (e) => { throw new Error(e.message + ': ' + await plain(ranked(ben)) + ' / ' + await plain(ben.locator('#discussion .act').first())); });
    await until(() => moved(watching), 'the ranking of an open page to move');
    await watching.reload();
    assert.match(await plain(ranked(watching)), /2 votes, 2 comments/);
    await watching.goto('/discussions');
    assert.match(await plain(ranked(watching)), /2 votes, 2 comments/);
    await fine(watching);
    await ben.goto(story);
    await fine(ben);
  });

  it('nobody votes for himself, and a vote can be taken back', async () => {
    const cy = await reader('Cyprian');
    await comment(cy, 'Nobody has said who pays for the coast guards.');
    const own = said(cy, 'Nobody has said who pays');
    assert.equal(await own.getByRole('button', { name: /^Vote/ }).isEnabled(), false);
    const other = said(cy, 'And the hot line was promised');
    const count = async () => Number(/(\d+)/.exec(await other.getByRole('button', { name: /vote/i }).first().innerText())?.[1] ?? 0);
    await other.getByRole('button', { name: /vote/i }).first().click();
    await until(async () => (await count()) === 1, 'the vote');
    await cy.reload();
    assert.equal(await count(), 1);
    await other.getByRole('button', { name: /vote/i }).first().click();
    await until(async () => (await count()) === 0, 'the vote to be taken back');
  });

  it('a moderator removes a comment, and it is gone everywhere', async () => {
    const dora = await reader('Dorothea');
    await comment(dora, 'Buy cheap watches at my shop, everybody!');
    const watching = await person();
    await watching.goto(story);
    await said(watching, 'Buy cheap watches').waitFor();
    await said(watching, 'Buy cheap watches').getByRole('link', { name: 'Report' }).click();
    await watching.waitForURL(/sign-in|report/);

    const eve = await reader('Evelina');
    await eve.goto(story);
    await said(eve, 'Buy cheap watches').getByRole('link', { name: 'Report' }).click();
    await fine(eve);
    await eve.getByLabel('It advertises something').check();
    await eve.getByRole('button', { name: 'Send the report' }).click();
    await watching.goto(story);

    const mo = await staff('moderator@paper.example');
    await mo.goto('/desk/discussion');
    const row = mo.locator('li').filter({ hasText: 'Buy cheap watches' });
    await row.waitFor();
    await fine(mo);
    await row.getByRole('button', { name: /spam/i }).click();
    await row.waitFor({ state: 'detached' });

    await said(watching, 'Buy cheap watches').waitFor({ state: 'detached', timeout: 3000 });
    for (const path of [story, `/discussions/${storyID}`, '/discussions', '/', '/feed.xml']) {
      await until(async () => !(await (await watching.request.get(path)).text()).includes('cheap watches'), `${path} to forget it`, 2000);
    }
    await mo.goto('/desk/discussion?show=removed');
    await mo.locator('li').filter({ hasText: 'Buy cheap watches' }).getByRole('button', { name: /Restore/ }).click();
    await until(async () => (await (await watching.request.get(story)).text()).includes('cheap watches'), 'the comment to come back', 3000);
  });

  it('a moderator removes and restores on the page itself, with a reason', async () => {
    const mo = await staff('moderator@paper.example');
    const watching = await person();
    await watching.goto(story);
    await mo.goto(story);
    const spam = said(mo, 'Buy cheap watches');
    await spam.getByRole('button', { name: 'Remove' }).click();
    await mo.getByLabel('Reason').fill('Advertising');
    await mo.getByLabel('Reason').press('Enter');
    await said(watching, 'Buy cheap watches').waitFor({ state: 'detached', timeout: 3000 });
    await mo.locator('.thread .gone').first().waitFor();
    await fine(mo);
    await mo.getByRole('button', { name: 'Restore' }).first().click();
    await mo.getByLabel('Reason').fill('A mistake');
    await mo.getByLabel('Reason').press('Enter');
    await said(mo, 'Buy cheap watches').waitFor();
    const id = (await said(mo, 'Buy cheap watches').getAttribute('id')).slice('c-'.length);
    await mo.goto(`/comments/${id}/moderate`); // the same without a script
    await fine(mo);
  });

  it('an update shows its time, and unpublishing takes the page down', async () => {
    const desk = await staff('editor@paper.example');
    const watching = await person();
    await watching.goto(story);
    await desk.goto(`/desk/stories/${storyID}`);
    await desk.locator('story-editor[data-ready]').waitFor();
    await desk.getByLabel('Headline').fill('Envoys set a date for a second round');
    await desk.locator('#save-state').filter({ hasText: /^Saved/ }).waitFor();
    assert.ok((await (await watching.request.get(story)).text()).includes('Envoys agree to meet again'), 'saving changed the page');
    await desk.locator('#publish').click();
    await desk.getByRole('dialog').getByRole('button', { name: /^Update$/ }).click();
    await until(async () => (await (await watching.request.get(story)).text()).includes('Envoys set a date'), 'the new version', 2000);
    await watching.goto(story);
    assert.match(await plain(watching.locator('.by')), /updated .*ET/);
    await desk.locator('#unpublish').click();
    await until(async () => [404, 410].includes((await watching.request.get(story)).status()), 'the page to go', 3000);
    assert.ok(!(await (await watching.request.get('/')).text()).includes('Envoys set a date'));
    await desk.locator('#publish').click();
    await desk.getByRole('dialog').getByRole('button', { name: /^(Publish|Update)$/ }).click();
    await until(async () => (await watching.request.get(story)).status() === 200, 'the page to come back', 3000);
  });
});

describe('without JavaScript', { concurrency: false }, () => {
  it('a reader registers, comments, replies, votes and reports', async () => {
    const fay = await reader('Fayette', { javaScriptEnabled: false });
    await comment(fay, 'I read this on a machine from 2009.');
    await fay.goto(story);
    await said(fay, 'And the hot line').getByRole('link', { name: 'Reply' }).click();
    await fay.getByLabel('Your reply').fill('So it was, in the third clause.');
    // Two comments within three seconds are too many: the text is kept, and a second press posts it.
    await until(async () => {
      const post = fay.getByRole('button', { name: 'Post reply' });
      if (await post.count()) await post.click();
      return said(fay, 'So it was, in the third clause.').count();
    }, 'the reply to be taken');
    const votes = async () => Number(/(\d+)/.exec(await said(fay, 'And the hot line').getByRole('button', { name: /vote/i }).first().innerText())[1]);
    await fay.goto(story);
    const had = await votes();
    await said(fay, 'And the hot line').getByRole('button', { name: /vote/i }).first().click();
    await fay.goto(story);
    assert.equal(await votes(), had + 1);
    await said(fay, 'Buy cheap watches').getByRole('link', { name: 'Report' }).click();
    await fay.getByLabel('It advertises something').check();
    await fay.getByRole('button', { name: 'Send the report' }).click();
    for (const sort of ['oldest', 'votes', 'newest']) {
      await fay.goto(`/discussions/${storyID}?sort=${sort}`);
      await said(fay, 'I read this on a machine').waitFor();
    }
  });

  it('a visitor who is not signed in keeps what was written', async () => {
    const gus = await person({ javaScriptEnabled: false });
    await gus.goto(story);
    await gus.getByLabel('Your comment').fill('Written before signing in.');
    await gus.getByRole('button', { name: 'Post comment' }).click();
    assert.ok((await gus.content()).includes('Written before signing in.'), 'the text is lost');
    // Somebody who has not commented for a while: two within three seconds are too many.
    await gus.getByLabel('E-mail').fill('annika@readers.example');
    await gus.getByLabel('Password').fill(password);
    await gus.getByRole('button', { name: 'Sign in and post' }).click();
    await said(gus, 'Written before signing in.').waitFor();
  });
});
