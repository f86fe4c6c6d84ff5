// Starts the real program for a test, and does by hand what its people do.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const binary = process.env.BROADSHEET_TEST_BINARY ?? join(root, 'bin/broadsheet');
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const axeSource = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Password of everybody whom addUser adds. */
export const password = 'a long enough password';

/** A newsroom is the program on a folder of its own. */
export class Newsroom {
  constructor(folder = mkdtempSync(join(tmpdir(), 'broadsheet-e2e-'))) {
    if (!existsSync(binary)) throw new Error(`${binary} is missing: run "make build" first`);
    this.folder = folder;
    this.data = join(folder, 'data');
    this.env = { ...process.env, BROADSHEET_DATA: this.data };
  }

  /** Runs a command to its end and returns what it printed. */
  command(args, input = '') {
    return execFileSync(binary, args, { env: this.env, input, encoding: 'utf8', cwd: this.folder });
  }

  addUser(email, name, role) {
    this.command(['user', 'add', email, '--name', name, '--role', role, '--password-stdin'], password + '\n');
  }

  /** Starts a server and waits until it answers. */
  async start(command = 'serve', ...args) {
    this.process = spawn(binary, [command, '--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0', ...args],
      { env: this.env, cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    this.output = '';
    this.ended = new Promise((done) => this.process.on('exit', (code, signal) => done({ code, signal })));
    await new Promise((done, fail) => {
      const hear = (chunk) => {
        this.output += chunk;
        const paper = /paper=(http:\S+)/.exec(this.output);
        const admin = /admin=(http:\S+)/.exec(this.output);
        if (paper && admin) {
          [this.url, this.admin] = [paper[1], admin[1]];
          done();
        }
      };
      this.process.stdout.setEncoding('utf8').on('data', hear);
      this.process.stderr.setEncoding('utf8').on('data', hear);
      this.ended.then(({ code }) => fail(new Error(`the program ended with ${code}:\n${this.output}`)));
    });
    return this;
  }

  /** Ends the server as an operator would, and returns its exit status. */
  async stop() {
    if (!this.process) return 0;
    this.process.kill('SIGTERM');
    const { code } = await this.ended;
    this.process = undefined;
    return code;
  }

  async close() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The newest link that was mailed to an address, on this server. */
  async mailedLink(email) {
    const page = await (await fetch(`${this.admin}/mail`)).text();
    const text = page.replaceAll('&amp;', '&').replaceAll('&#43;', '+').replaceAll('&#34;', '"');
    const from = text.indexOf(email);
    if (from < 0) return undefined;
    const link = /https?:\/\/[^\s"<>]+\/account\/[^\s"<>]+/.exec(text.slice(from))?.[0];
    return link && this.url + new URL(link).pathname + new URL(link).search;
  }
}

/** Launches Debian's Chromium. */
export function launch() {
  return chromium.launch({
    executablePath: browserPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
  });
}

/** Tries again until fn returns something true, for what happens outside of a page. */
export async function until(fn, what, limit = 10_000) {
  const end = Date.now() + limit;
  for (;;) {
    const got = await fn();
    if (got) return got;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((r) => setTimeout(r, 50));
  }
}

/** Lists axe-core's findings on a page, a line each. Scripts of the test are not bound by the page's policy. */
export async function accessibility(page) {
  await page.evaluate((await import('node:fs')).readFileSync(axeSource, 'utf8'));
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary?.split('\n')[1]?.trim()}`));
}

/** Notes what a page must never have: scripts that fail, requests that leave the paper, answers of 5xx. */
export function watch(page, base, faults) {
  page.on('pageerror', (e) => faults.push(`script: ${e.message}`));
  page.on('console', (m) => {
    if (m.type() === 'error' && !/status of 4\d\d/.test(m.text()) && !/ERR_(INCOMPLETE|EMPTY|CONNECTION)/.test(m.text())) {
      faults.push(`console at ${page.url()}: ${m.text()}`);
    }
  });
  page.on('request', (r) => {
    if (!r.url().startsWith(base) && !/^(data|blob|about):/.test(r.url())) faults.push(`request to ${r.url()}`);
  });
  page.on('response', (r) => {
    if (r.status() >= 500) faults.push(`${r.status()} from ${r.url()}`);
  });
}
