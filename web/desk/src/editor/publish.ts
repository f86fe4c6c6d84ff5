// Publishing: what stands in the way, what is worth a look, then the button.

import { h, say } from "../dom.ts";
import { explainFailure } from "../forms.ts";
import { call } from "../http.ts";
import type { Check, Story } from "./model.ts";
import type { Saver } from "./saver.ts";

interface Published {
  readonly state: Story["state"];
  readonly version: number;
  readonly path: string;
}

/** Shows the checks and publishes when a person says so. All is saved first. */
export async function askPublish(story: Story, saver: Saver, done: (p: Published) => void): Promise<void> {
  const update = story.state === "published";
  const word = update ? "Update" : "Publish";
  if (!(await saver.flush())) {
    say("This is not saved yet, so it cannot be published. Try again when it is.");
    return;
  }
  let checks: Check[];
  try {
    ({ checks } = await call<{ checks: Check[] }>("GET", `/desk/api/stories/${story.id}/checks`));
  } catch (error) {
    explainFailure(error);
    return;
  }
  const blocks = checks.filter((c) => c.level === "block");
  const warns = checks.filter((c) => c.level === "warn");
  const dialog = h("dialog", { class: "sheet checks", "aria-labelledby": "checks-title" });
  const list = (title: string, kind: string, items: Check[]): HTMLElement | null =>
    items.length ? h("section", { class: kind }, h("h3", {}, title), h("ul", {}, ...items.map((c) => h("li", {}, goTo(c, dialog))))) : null;
  const press = h("button", { class: "primary", value: "go", disabled: blocks.length > 0 }, word);
  const form = h("form", { method: "dialog", class: "row-end" }, h("button", { value: "" }, "Not yet"), press);
  dialog.append(
    h("h2", { id: "checks-title" }, blocks.length ? `Not ready to ${word.toLowerCase()}` : `${word} this story`),
    list("Must be put right first", "must", blocks) ?? "",
    list("Worth a look", "look", warns) ?? "",
    h("p", {}, checks.length ? "" : "All checks pass: headline, section, credits, alt texts, embargoes."),
    form,
  );
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "go") void send(story, saver.revision, done);
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  if (!blocks.length) press.focus();
}

function goTo(check: Check, dialog: HTMLDialogElement): HTMLElement {
  // A photo is put right where it is, which may be in the text or at the top.
  const places: Record<string, string> = { body: "#text [contenteditable]", lead: "#lead button", photo: ".block.photo .warn, .block.photo button" };
  const target = check.field ? document.querySelector<HTMLElement>(places[check.field] ?? `[name="${CSS.escape(check.field)}"]`) : null;
  if (!target) return h("span", {}, check.message);
  return h("button", {
    type: "button", class: "link",
    click: () => {
      dialog.close();
      target.closest("details")?.setAttribute("open", "");
      target.focus();
    },
  }, check.message);
}

async function send(story: Story, revision: number, done: (p: Published) => void): Promise<void> {
  try {
    const published = await call<Published>("POST", `/desk/api/stories/${story.id}/publish`, { revision });
    done(published);
    say(story.state === "published" ? "The page is updated." : "Published.", { label: "See the page", run: () => window.open(published.path, "_blank") });
  } catch (error) {
    explainFailure(error);
  }
}

/** Takes the page down; the story stays here. */
export async function unpublish(story: Story, saver: Saver, done: (p: Published) => void): Promise<void> {
  try {
    done(await call<Published>("POST", `/desk/api/stories/${story.id}/unpublish`, {}));
    say("The page is down. The story is kept here.", { label: "Publish again", run: () => void send(story, saver.revision, done) });
  } catch (error) {
    explainFailure(error);
  }
}
