// Saving. What is written is kept in this browser with every change, sent two
// seconds after the last one and at least every five, and forgotten here only
// when the server has said that it has it.

import { Refused, Unreachable, call } from "../http.ts";
import type { Content, Saved, Theirs } from "./model.ts";

export type State = "saved" | "unsaved" | "saving" | "offline" | "signed-out" | "refused" | "conflict";

export interface Owner {
  content(): Content;
  /** The state changed; detail says why where a person should know. */
  show(state: State, detail: string): void;
  conflict(theirs: Theirs, base: Content | null): void;
}

/** What this browser keeps until the server has it. */
export interface Kept {
  readonly base: number;
  readonly baseContent: Content | null;
  readonly content: Content;
  readonly at: number;
}

const idle = 2_000;
const longest = 5_000;
const retryMost = 15_000;

export class Saver {
  private state: State = "saved";
  private timer = 0;
  private dirtySince = 0;
  private changes = 0;
  private sending: Promise<void> | null = null;
  private retry = 1_000;
  private readonly key: string;
  /** What was sent without an answer: the server may have it all the same. */
  private readonly unanswered = new Set<string>();
  /** Kept is full: this browser has no room left. */
  private full = false;

  constructor(
    private readonly id: string,
    private readonly owner: Owner,
    private base: number,
    private baseContent: Content | null,
  ) {
    this.key = keptKey(id, tabName());
    addEventListener("online", () => this.soon(0));
    addEventListener("focus", () => {
      if (this.state === "signed-out" || this.state === "offline") this.soon(0);
    });
    addEventListener("pagehide", () => this.lastChance());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.changes > 0) this.soon(0);
    });
    holdTab(this.key);
  }

  get revision(): number {
    return this.base;
  }

  get clean(): boolean {
    return this.changes === 0 && !this.sending;
  }

  /** Something was written. */
  changed(): void {
    this.changes++;
    this.keep();
    if (this.state === "conflict") return;
    const now = Date.now();
    if (!this.dirtySince) this.dirtySince = now;
    if (this.state === "saved" || this.state === "refused") this.show("unsaved", "");
    if (this.state === "offline" || this.state === "signed-out") return this.show(this.state, "");
    this.soon(Math.min(idle, Math.max(0, this.dirtySince + longest - now)));
  }

  /** Sends what is not saved yet and waits for it. True when all is saved. */
  async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    if (this.sending) await this.sending;
    if (this.changes > 0 && this.state !== "conflict") await this.send();
    return this.changes === 0 && this.state === "saved";
  }

  /** Goes on from the other version after a choice was made. */
  resolve(theirs: Theirs): void {
    this.base = theirs.revision;
    this.baseContent = theirs.content;
    this.state = "unsaved";
    this.changed();
    this.soon(0);
  }

  /** Takes over a newer version of the server's when nothing is unsaved here. */
  rebase(theirs: Theirs): void {
    this.base = theirs.revision;
    this.baseContent = theirs.content;
  }

  private soon(wait: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      if (!this.sending && this.changes > 0 && this.state !== "conflict") void this.send();
    }, wait);
  }

  private async send(): Promise<void> {
    const content = this.owner.content();
    const sent = this.changes;
    this.show("saving", "");
    this.sending = this.put(content, sent).finally(() => {
      this.sending = null;
    });
    await this.sending;
    if (this.changes > 0 && this.state === "unsaved") this.soon(idle);
  }

  private async put(content: Content, sent: number): Promise<void> {
    const whole = canonical(content);
    try {
      this.unanswered.add(whole);
      const saved = await call<Saved>("PUT", this.url, { base: this.base, content });
      this.retry = 1_000;
      if (saved.conflict && this.unanswered.has(canonical(saved.conflict.content))) {
        // The other version is our own, whose answer was lost on the way.
        this.rebase(saved.conflict);
        this.show("unsaved", "");
        return;
      }
      this.unanswered.clear();
      if (saved.conflict) {
        this.show("conflict", "");
        this.owner.conflict(saved.conflict, this.baseContent);
        return;
      }
      this.base = saved.revision;
      this.baseContent = content;
      this.changes -= sent;
      this.dirtySince = this.changes ? Date.now() : 0;
      if (this.changes) this.keep();
      else localStorage.removeItem(this.key);
      this.show(this.changes ? "unsaved" : "saved", saved.at);
    } catch (error) {
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    if (error instanceof Refused && error.status === 401) this.show("signed-out", "");
    else if (error instanceof Refused && error.status < 500 && error.status !== 429) this.show("refused", error.message);
    else if (error instanceof Unreachable || error instanceof Refused) {
      this.show("offline", error instanceof Refused ? "The server had a fault; it is tried again" : "");
      this.soon(this.retry);
      this.retry = Math.min(this.retry * 2, retryMost);
    } else throw error;
  }

  private get url(): string {
    return `/desk/api/stories/${this.id}`;
  }

  private show(state: State, detail: string): void {
    this.state = state;
    this.owner.show(state, this.full ? "This browser has no room to keep it" : detail);
  }

  private keep(): void {
    const kept: Kept = { base: this.base, baseContent: this.baseContent, content: this.owner.content(), at: Date.now() };
    try {
      localStorage.setItem(this.key, JSON.stringify(kept));
      this.full = false;
    } catch {
      this.full = true;
    }
  }

  // The page goes away: try once more without waiting. What it cannot do stays kept.
  private lastChance(): void {
    if (this.changes === 0 || this.sending || this.state === "conflict") return;
    const body = JSON.stringify({ base: this.base, content: this.owner.content() });
    this.unanswered.add(canonical(this.owner.content()));
    if (body.length < 60_000) void fetch(this.url, { method: "PUT", body, keepalive: true, headers: { "Content-Type": "application/json" } }).catch(() => undefined);
  }
}

/** A kept version and where it is kept. */
export interface Left extends Kept {
  readonly key: string;
}

/** What a tab that is gone left unsent, the newest last. */
export async function leftBehind(id: string): Promise<Left[]> {
  const alive = await livingTabs();
  // A tab that was duplicated has its sister's name and needs its own.
  if (alive.has(keptKey(id, tabName()))) sessionStorage.removeItem(tabKey);
  const found: Left[] = [];
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(keptKey(id, "")) || alive.has(key)) continue;
    try {
      found.push({ ...(JSON.parse(localStorage.getItem(key) ?? "") as Kept), key });
    } catch {
      // Cut short while it was written: nothing can be read from it.
    }
  }
  return found.sort((a, b) => a.at - b.at);
}

/** Hands an older left version to the server, which keeps it beside its own. */
export async function handOver(id: string, left: Left): Promise<void> {
  await call("PUT", `/desk/api/stories/${id}`, { base: left.base, content: left.content });
  forget(left);
}

export function forget(left: Left): void {
  localStorage.removeItem(left.key);
}

/** The same text for the same content, whatever order its parts were written in. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (part === "" || part === null || part === false || (Array.isArray(part) && !part.length)) return undefined;
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

const tabKey = "broadsheet:tab";

function keptKey(id: string, tab: string): string {
  return `broadsheet:unsent:${id}:${tab}`;
}

function tabName(): string {
  const have = sessionStorage.getItem(tabKey);
  if (have) return have;
  const made = Math.random().toString(36).slice(2, 10);
  sessionStorage.setItem(tabKey, made);
  return made;
}

// A lock is held as long as the tab lives, so that others can tell.
function holdTab(key: string): void {
  void navigator.locks?.request(key, () => new Promise(() => undefined));
}

async function livingTabs(): Promise<Set<string>> {
  const state = await navigator.locks?.query();
  return new Set((state?.held ?? []).flatMap((lock) => lock.name ?? []));
}
