// <story-editor>: the place where a story is written.

import { baseKeymap } from "prosemirror-commands";
import { dropCursor } from "prosemirror-dropcursor";
import { gapCursor } from "prosemirror-gapcursor";
import { history } from "prosemirror-history";
import { keymap } from "prosemirror-keymap";
import { EditorState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import type { BlockJSON } from "./compare.ts";
import { clock, h, must, pageData, say } from "./dom.ts";
import { call } from "./http.ts";
import { explain } from "./keys.ts";
import { fromStored, markType, toStored, type } from "./schema.ts";
import { cleanPasted } from "./paste.ts";
import { countWords } from "./typography.ts";
import { type Action, actions, keymapOf } from "./editor/commands.ts";
import { address, askLine, askPhotos, upload } from "./editor/asks.ts";
import { chooseBetween } from "./editor/conflict.ts";
import { Fields } from "./editor/fields.ts";
import { Moved } from "./editor/moved.ts";
import type { Body, Content, Photo, Story, Theirs } from "./editor/model.ts";
import { sayHere } from "./editor/presence.ts";
import { originLabels, origins, pastedLinks, pictures, placeholder, typing } from "./editor/plugins.ts";
import { askPublish, unpublish } from "./editor/publish.ts";
import { type Left, Saver, type State, canonical, forget, handOver, leftBehind } from "./editor/saver.ts";
import { slashMenu } from "./editor/slash.ts";
import { nodeViews } from "./editor/views.ts";

// Marks a change that somebody else made, and that is saved already.
const fromOthers = "from others";

class StoryEditor extends HTMLElement {
  private story!: Story;
  private view!: EditorView;
  private fields!: Fields;
  private saver!: Saver;
  private actions!: Action[];
  private readonly photos = new Map<string, Photo>();
  private savedAt = "";

  connectedCallback(): void {
    void this.start();
  }

  private async start(): Promise<void> {
    this.story = pageData<Story>("story");
    for (const photo of this.story.photos) this.photos.set(photo.id, photo);
    const left = await this.left();
    const content = left?.content ?? this.story.content;
    this.savedAt = this.story.at;
    this.fields = new Fields(this, content, {
      changed: () => this.changed(),
      photo: (id) => this.photos.get(id),
      choosePhoto: async () => (await this.choose())[0],
      firstPhoto: () => this.firstPhoto(),
    });
    this.actions = actions({
      photo: () => void this.choose().then((photos) => this.insertPhotos(photos)),
      video: () => void this.insertByAddress("video", "Put in a video"),
      embed: () => void this.insertByAddress("embed", "Put in a post or page"),
      link: () => void this.link(),
    });
    this.saver = new Saver(this.story.id, this, left?.base ?? this.story.revision, left ? left.baseContent : this.story.content);
    this.view = this.open(content.body);
    this.toolbar();
    this.keys();
    this.showStory();
    this.show("saved", this.savedAt);
    this.count();
    if (!must("#kept", this).hidden) void this.showCopies();
    this.dataset["ready"] = "true";
    if (left) {
      this.changed();
      forget(left);
      say(`Brought back what this browser had kept from ${clock(new Date(left.at))}.`);
    }
    if (!content.headline) must<HTMLTextAreaElement>("[name=headline]", this).focus();
    sayHere(this.story.id, must("#others", this));
    new Moved(must("#moved", this), this.story.id, {
      view: this.view,
      flush: () => this.saver.flush(),
      load: (block) => this.load([{ ...this.story.content, lead: "", body: { type: "doc", content: [block.toJSON() as BlockJSON] } }]),
    });
    addEventListener("focus", () => void this.catchUp());
    document.addEventListener("desk:live", (event) => {
      if ((event as CustomEvent<{ kind: string }>).detail.kind.startsWith("story")) void this.catchUp();
    });
  }

  // What a crash left behind in this browser. Older leftovers go to the server,
  // which keeps every version it is handed.
  private async left(): Promise<Left | undefined> {
    const all = await leftBehind(this.story.id);
    const fresh: Left[] = [];
    for (const l of all) {
      if (canonical(l.content) === canonical(this.story.content)) forget(l);
      else fresh.push(l);
    }
    const last = fresh.pop();
    for (const l of fresh) await handOver(this.story.id, l).catch(() => undefined);
    return last;
  }

  private open(body: Body): EditorView {
    const state = EditorState.create({
      doc: fromStored(body),
      plugins: [
        slashMenu(this.actions),
        typing(() => this.fields.language),
        keymap(keymapOf(this.actions)),
        keymap(baseKeymap),
        history(),
        dropCursor({ class: "drop-here", color: false }),
        gapCursor(),
        origins(this.story.staff),
        originLabels(this.story.staff),
        placeholder("Write here. Type / for a crosshead, a quote, a photo."),
        pastedLinks(),
        pictures((files, pos) => void this.addPictures(files, pos)),
      ],
    });
    return new EditorView(must("#text", this), {
      state,
      attributes: { role: "textbox", "aria-multiline": "true", "aria-label": "Text of the story", spellcheck: "true", lang: this.fields.language },
      nodeViews: nodeViews({ photo: (id) => this.photos.get(id), choose: async () => (await this.choose())[0], lead: (id) => this.fields.setLead(id) }),
      transformPastedHTML: cleanPasted,
      dispatchTransaction: (tr) => {
        this.view.updateState(this.view.state.apply(tr));
        this.mark();
        if (tr.docChanged && !tr.getMeta(fromOthers)) this.changed();
      },
    });
  }

  // ---- what the saver asks ----

  content(): Content {
    return { ...this.fields.values(), body: toStored(this.view.state.doc) as Body };
  }

  show(state: State, detail: string): void {
    const el = must("#save-state", this);
    if (state === "saved" && detail) this.savedAt = detail;
    const words: Record<State, string> = {
      saved: `Saved ${clock(new Date(this.savedAt))}`,
      unsaved: "Not saved yet",
      saving: "Saving…",
      offline: "Offline — kept in this browser",
      "signed-out": "Signed out — kept in this browser",
      refused: `Not saved: ${detail}`,
      conflict: "Two versions — choose below",
    };
    el.textContent = state !== "refused" && state !== "saved" && detail ? `${words[state]}. ${detail}` : words[state];
    el.dataset["state"] = state;
    if (state === "signed-out") el.append(" ", h("a", { href: "/desk/sign-in", target: "_blank" }, "Sign in"));
    if (state === "saved") this.showStory();
  }

  conflict(theirs: Theirs, base: Content | null): void {
    const write = must("#write", this);
    write.hidden = true;
    void this.load([theirs.content]).then(async () => {
      const chosen = await chooseBetween(must("#conflict", this), theirs, this.content(), base);
      write.hidden = false;
      this.replace(chosen);
      this.saver.resolve(theirs);
      if (await this.saver.flush()) await this.settle(theirs.kept);
    });
  }

  // What a copy held is dealt with; it stays with the server all the same.
  private async settle(kept: string | undefined): Promise<void> {
    if (kept) await call("POST", `/desk/api/stories/${this.story.id}/copies/${kept}/settle`, {}).catch(() => undefined);
    await this.showCopies();
  }

  // Versions that were set aside and that nobody has looked at yet.
  private async showCopies(): Promise<void> {
    const { copies } = await call<{ copies: Theirs[] }>("GET", `/desk/api/stories/${this.story.id}/copies`).catch(() => ({ copies: [] as Theirs[] }));
    must("#kept", this).hidden = !copies.length;
    must("#copies", this).replaceChildren(
      ...copies.map((copy) => h("li", {}, h("button", { type: "button", class: "link", click: () => void this.takeFrom(copy) }, `${copy.by}, ${clock(new Date(copy.at))}`))),
    );
  }

  // Puts a version that was set aside beside what is here now.
  private async takeFrom(copy: Theirs): Promise<void> {
    await this.load([copy.content]);
    const write = must("#write", this);
    write.hidden = true;
    const chosen = await chooseBetween(must("#conflict", this), copy, this.content(), null);
    write.hidden = false;
    this.replace(chosen);
    if (await this.saver.flush()) await this.settle(copy.kept);
  }

  // ---- writing ----

  private changed(): void {
    this.story = { ...this.story, changed: true };
    this.saver.changed();
    this.count();
    this.showStory();
  }

  // Puts other content in place of this, touching only what differs, so that the
  // cursor stays where it was.
  private replace(content: Content, theirs = false): void {
    this.fields.set(content);
    const { state } = this.view;
    const doc = fromStored(content.body);
    const start = state.doc.content.findDiffStart(doc.content);
    const end = state.doc.content.findDiffEnd(doc.content);
    if (start === null || !end) return;
    // Where both ends overlap, as in "aa" and "aaa", the change is after the start.
    const overlap = Math.max(0, start - Math.min(end.a, end.b));
    const tr = state.tr.replace(start, end.a + overlap, doc.slice(start, end.b + overlap));
    if (theirs) tr.setMeta(fromOthers, true).setMeta("addToHistory", false);
    this.view.dispatch(tr);
  }

  // Takes over what somebody else saved while nothing was being written here.
  private async catchUp(): Promise<void> {
    if (!this.saver.clean) return;
    const now = await call<Theirs>("GET", `/desk/api/stories/${this.story.id}`).catch(() => null);
    if (!now || now.revision <= this.saver.revision || !this.saver.clean) return;
    if (canonical(now.content) === canonical(this.content())) return this.saver.rebase(now);
    await this.load([now.content]);
    const base = this.saver.revision;
    this.saver.rebase(now);
    this.replace(now.content, true);
    this.count();
    this.show("saved", now.at);
    if (now.by && base < now.revision) say(`${now.by} changed this story ${clock(new Date(now.at))}. You see the newest.`);
  }

  private async load(contents: readonly Content[]): Promise<void> {
    const ids = new Set<string>();
    const walk = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      const { media } = value as { media?: unknown };
      if (typeof media === "string" && media) ids.add(media);
      Object.values(value).forEach(walk);
    };
    for (const c of contents) {
      walk(c.body);
      if (c.lead) ids.add(c.lead);
    }
    const missing = [...ids].filter((id) => !this.photos.has(id));
    if (!missing.length) return;
    const { photos } = await call<{ photos: Photo[] }>("GET", `/desk/api/photos?ids=${missing.join(",")}`).catch(() => ({ photos: [] as Photo[] }));
    for (const photo of photos) this.photos.set(photo.id, photo);
  }

  private count(): void {
    const words = countWords(this.view.state.doc.textBetween(0, this.view.state.doc.content.size, " "));
    must("#words", this).textContent = words === 1 ? "1 word" : `${words.toLocaleString("en-US")} words`;
  }

  // ---- pictures, videos, links ----

  private async choose(): Promise<Photo[]> {
    const photos = await askPhotos();
    for (const photo of photos) this.photos.set(photo.id, photo);
    return photos;
  }

  private async addPictures(files: File[], pos: number): Promise<void> {
    const state = must("#upload-state", this);
    const photos = await upload(files, (text) => (state.textContent = text));
    for (const photo of photos) this.photos.set(photo.id, photo);
    this.insertPhotos(photos, pos);
  }

  private insertPhotos(photos: readonly Photo[], pos = this.view.state.selection.to): void {
    const tr = this.view.state.tr;
    const $pos = tr.doc.resolve(Math.min(pos, tr.doc.content.size));
    const parent = $pos.depth ? $pos.node(1) : null;
    const empty = parent?.isTextblock && parent.content.size === 0;
    const at = $pos.depth ? $pos.after(1) : $pos.pos;
    const nodes = photos.map((photo) => type("photo").create({ media: photo.id, origin: photo.origin }));
    if (!nodes.length) return;
    tr.insert(at, nodes);
    if (empty && $pos.depth) tr.delete($pos.before(1), $pos.after(1));
    this.view.dispatch(tr.scrollIntoView());
    this.view.focus();
  }

  private firstPhoto(): Photo | undefined {
    let found: Photo | undefined;
    this.view.state.doc.forEach((node) => {
      if (!found && node.type.name === "photo") found = this.photos.get(String(node.attrs["media"]));
    });
    return found;
  }

  private async insertByAddress(name: "video" | "embed", title: string): Promise<void> {
    const text = await askLine(title, "Address", "", "Put in");
    const url = text ? address(text) : null;
    if (url) {
      const attrs = name === "embed" ? { url, provider: new URL(url).hostname.replace(/^www\./, "") } : { url };
      this.view.dispatch(this.view.state.tr.replaceSelectionWith(type(name).create(attrs)).scrollIntoView());
    }
    this.view.focus();
  }

  private async link(): Promise<void> {
    const mark = markType("link");
    let { from, to } = this.view.state.selection;
    const { $from } = this.view.state.selection;
    const now = mark.isInSet($from.marks()) ?? mark.isInSet(this.view.state.doc.resolve(Math.min(from + 1, to)).marks());
    if (from === to && now) {
      while (from > $from.start() && mark.isInSet(this.view.state.doc.resolve(from).marks())) from--;
      while (to < $from.end() && mark.isInSet(this.view.state.doc.resolve(to + 1).marks())) to++;
    }
    const text = await askLine(now ? "Change the link" : "Link", "Address (empty takes the link off)", String(now?.attrs["href"] ?? ""), "Set the link");
    if (text !== null) {
      const href = text ? address(text) : "";
      const tr = this.view.state.tr.removeMark(from, to, mark);
      if (href) tr.addMark(from, to, mark.create({ href }));
      if (href !== null) this.view.dispatch(tr);
    }
    this.view.focus();
  }

  // ---- toolbar, keys, publishing ----

  private toolbar(): void {
    const bar = must("#tools", this);
    bar.replaceChildren(
      ...this.actions.map((action) => {
        const button = h("button", { type: "button", id: `do-${action.id}`, "aria-pressed": "false", tabindex: "-1", title: keyHint(action.key) }, action.label);
        button.addEventListener("mousedown", (event) => event.preventDefault());
        button.addEventListener("click", () => {
          this.view.focus();
          action.command(this.view.state, this.view.dispatch, this.view);
        });
        return button;
      }),
    );
    const buttons = [...bar.querySelectorAll("button")];
    buttons[0]?.setAttribute("tabindex", "0");
    bar.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
      const next = buttons[(at + step + buttons.length) % buttons.length];
      for (const b of buttons) b.tabIndex = b === next ? 0 : -1;
      next?.focus();
    });
    this.mark();
  }

  private mark(): void {
    for (const action of this.actions) {
      const button = this.querySelector(`#do-${action.id}`);
      if (button && action.active) button.setAttribute("aria-pressed", String(action.active(this.view.state)));
      else button?.removeAttribute("aria-pressed");
    }
  }

  private keys(): void {
    explain(
      ...this.actions.filter((a) => a.key).map((a) => ({ keys: a.key.replace(/Mod-/, "mod-").replace("Alt-", "alt-").replace("Shift-", "shift-"), label: a.id === "link" ? "Link the selected words" : a.label })),
      { keys: "mod-S", label: "Save now" },
      { keys: "mod-Enter", label: "Publish or update" },
      { keys: "alt-↑", label: "Move the block up" },
      { keys: "alt-↓", label: "Move the block down" },
      { keys: "/", label: "Put something in, on an empty line" },
      { keys: "mod-Z", label: "Take back" },
    );
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || document.querySelector("dialog[open]")) return;
      if (event.key.toLowerCase() === "s") {
        event.preventDefault();
        void this.saver.flush();
      } else if (event.key === "Enter") {
        event.preventDefault();
        const choose = this.querySelector<HTMLElement>("#conflict [data-save]");
        if (choose) choose.click();
        else must("#publish", this).click();
      }
    }, { capture: true });
    must("#publish", this).addEventListener("click", () => {
      void askPublish(this.story, this.saver, (p) => this.published(p));
    });
    must("#unpublish", this).addEventListener("click", () => void unpublish(this.story, this.saver, (p) => this.published(p)));
    must("#preview", this).addEventListener("click", () => void this.saver.flush());
  }

  private published(p: Pick<Story, "state" | "version" | "path">): void {
    this.story = { ...this.story, ...p, changed: false };
    this.fields.pinSlug();
    this.showStory();
    if (p.state === "published") {
      must("#published", this).hidden = false;
      must("#published ol", this).prepend(h("li", {}, `Version ${p.version}, ${clock(new Date())}`));
    }
    void this.catchUp();
  }

  private showStory(): void {
    const { state, version, changed, path, mayPublish } = this.story;
    const badge = must("#story-state", this);
    const live = state === "published";
    badge.textContent = live ? (changed ? `Live, version ${version}, with changes not published` : `Live, version ${version}`) : state === "unpublished" ? "Taken down" : "Draft";
    badge.dataset["state"] = live ? (changed ? "changed" : "live") : state;
    const publish = must<HTMLButtonElement>("#publish", this);
    publish.textContent = live ? "Update" : "Publish";
    publish.hidden = !mayPublish;
    must("#unpublish", this).hidden = !live || !mayPublish;
    const page = must<HTMLAnchorElement>("#page", this);
    page.hidden = !live;
    page.href = path || "#";
  }
}

function keyHint(key: string): string {
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  return key.replace("Mod-", mac ? "⌘" : "Ctrl+").replace("Alt-", mac ? "⌥" : "Alt+").replace("Shift-", mac ? "⇧" : "Shift+").toUpperCase().replace("CTRL", "Ctrl").replace("ALT", "Alt").replace("SHIFT", "Shift");
}

customElements.define("story-editor", StoryEditor);
