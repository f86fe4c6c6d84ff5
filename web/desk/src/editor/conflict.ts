// Two people saved the same story. Both versions stand side by side until
// somebody says, for each place where they differ, which stays.

import { type BlockJSON, type Choice, type Row, blockText, compare, merge } from "../compare.ts";
import { clock, h } from "../dom.ts";
import type { Content, Theirs } from "./model.ts";

type Field = Exclude<keyof Content, "body">;

const fieldNames: Readonly<Record<Field, string>> = {
  headline: "Headline",
  standfirst: "Standfirst",
  byline: "Byline",
  dateline: "Dateline",
  section: "Section",
  slug: "Slug",
  language: "Language",
  contributor: "Contributor line",
  topics: "Topics",
  lead: "Lead photo",
};

/** Shows both versions and gives the one that was put together of them. */
export function chooseBetween(box: HTMLElement, theirs: Theirs, mine: Content, base: Content | null): Promise<Content> {
  return new Promise((resolve) => {
    const choice = new Conflict(theirs, mine, base);
    box.replaceChildren(choice.draw((content) => {
      box.replaceChildren();
      box.hidden = true;
      resolve(content);
    }));
    box.hidden = false;
    box.querySelector<HTMLElement>("h2")?.focus();
  });
}

class Conflict {
  private readonly rows: Row[];
  private readonly choices: (Choice | undefined)[];
  private readonly fields: Field[];
  private readonly fieldChoices = new Map<Field, Choice>();

  constructor(
    private readonly theirs: Theirs,
    private readonly mine: Content,
    base: Content | null,
  ) {
    this.rows = compare(base?.body.content ?? null, theirs.content.body.content ?? [], mine.body.content ?? []);
    this.choices = this.rows.map((row) => (row.same ? undefined : row.suggested));
    this.fields = (Object.keys(fieldNames) as Field[]).filter((f) => text(theirs.content[f]) !== text(mine[f]));
    for (const f of this.fields) {
      const theyChanged = base && text(base[f]) !== text(theirs.content[f]);
      const iChanged = base && text(base[f]) !== text(mine[f]);
      this.fieldChoices.set(f, theyChanged && !iChanged ? "theirs" : "mine");
    }
  }

  draw(done: (content: Content) => void): HTMLElement {
    const who = this.theirs.by || "Somebody else";
    const all = (choice: Choice): void => {
      this.rows.forEach((row, i) => (this.choices[i] = row.same ? undefined : choice));
      for (const f of this.fields) this.fieldChoices.set(f, choice === "both" ? "mine" : choice);
      for (const input of form.querySelectorAll<HTMLInputElement>("input[type=radio]")) {
        input.checked = input.value === choice || (choice === "both" && input.value === "mine" && input.dataset["field"] !== undefined);
      }
    };
    const form = h("form", { class: "versions" },
      h("h2", { tabindex: "-1" }, `${who} saved this story while you were writing`),
      h("p", {}, `Nothing is lost: both versions are kept. At the left is what was saved at ${clock(new Date(this.theirs.at))}, at the right what you have. Choose what stays where they differ.`),
      h("div", { class: "actions" },
        h("button", { type: "button", click: () => all("theirs") }, "Use theirs"),
        h("button", { type: "button", click: () => all("mine") }, "Use mine"),
        h("button", { type: "button", click: () => all("both") }, "Keep both"),
        h("button", { class: "primary", "data-save": true }, "Go on with this")),
      h("div", { class: "side-by-side" },
        h("h3", {}, who), h("h3", {}, "You"),
        ...this.fields.flatMap((f) => this.field(f)),
        ...this.rows.flatMap((row, i) => this.row(row, i))));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      done(this.result());
    });
    return form;
  }

  private result(): Content {
    const content: Record<string, unknown> = { ...this.theirs.content };
    for (const [f, choice] of this.fieldChoices) content[f] = choice === "theirs" ? this.theirs.content[f] : this.mine[f];
    content["body"] = { type: "doc", content: merge(this.rows, this.choices) };
    return content as unknown as Content;
  }

  private field(f: Field): HTMLElement[] {
    return [
      h("div", { class: "cell" }, h("b", {}, fieldNames[f]), h("p", {}, text(this.theirs.content[f]) || "(empty)")),
      h("div", { class: "cell" }, h("b", {}, fieldNames[f]), h("p", {}, text(this.mine[f]) || "(empty)")),
      this.radios(`field-${f}`, fieldNames[f], ["theirs", "mine"], this.fieldChoices.get(f), (c) => this.fieldChoices.set(f, c), f),
    ];
  }

  private row(row: Row, i: number): HTMLElement[] {
    if (row.same) return [h("div", { class: "same" }, ...row.theirs.map(show))];
    return [
      h("div", { class: "cell" }, ...(row.theirs.length ? row.theirs.map(show) : [h("p", { class: "none" }, "Not in this version")])),
      h("div", { class: "cell" }, ...(row.mine.length ? row.mine.map(show) : [h("p", { class: "none" }, "Not in this version")])),
      this.radios(`row-${i}`, `Place ${i + 1}`, ["theirs", "mine", "both"], this.choices[i], (c) => (this.choices[i] = c)),
    ];
  }

  private radios(name: string, legend: string, offered: Choice[], now: Choice | undefined, set: (c: Choice) => void, field?: string): HTMLElement {
    const words: Record<Choice, string> = { theirs: "Use theirs", mine: "Use mine", both: "Keep both" };
    return h("fieldset", {}, h("legend", { class: "hidden" }, legend),
      ...offered.map((choice) => {
        const input = h("input", { type: "radio", name, value: choice, id: `${name}-${choice}`, checked: choice === now });
        if (field) input.dataset["field"] = field;
        input.addEventListener("change", () => set(choice));
        return h("span", {}, input, h("label", { for: `${name}-${choice}` }, words[choice]));
      }));
  }
}

function text(value: string | readonly string[]): string {
  return typeof value === "string" ? value : value.join(", ");
}

function show(block: BlockJSON): HTMLElement {
  const kinds: Record<string, string> = { photo: "Photo", video: "Video", embed: "Embed", table: "Table", rule: "Rule" };
  const kind = kinds[block.type];
  const words = kind ? String(block.attrs?.["caption"] ?? block.attrs?.["title"] ?? block.attrs?.["url"] ?? "") : blockText(block);
  return h("p", { class: block.type }, kind ? h("b", {}, `${kind} `) : null, words || " ");
}
