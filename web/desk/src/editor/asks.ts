// Dialogs in which the editor asks for something: a picture, an address, a link.

import { h, say } from "../dom.ts";
import { call } from "../http.ts";
import { explainFailure } from "../forms.ts";
import type { Photo } from "./model.ts";

function open(title: string, ...parts: HTMLElement[]): HTMLDialogElement {
  const dialog = h("dialog", { class: "sheet", "aria-labelledby": "ask-title" }, h("h2", { id: "ask-title" }, title), ...parts);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks for one line. Empty text is an answer, closing is none. */
export function askLine(title: string, label: string, value: string, done: string): Promise<string | null> {
  return new Promise((resolve) => {
    const input = h("input", { type: "text", id: "ask-line", value, autocomplete: "off", spellcheck: "false" });
    let answer: string | null = null;
    const form = h("form", { method: "dialog" }, h("label", { for: "ask-line" }, label), input, h("div", { class: "row-end" }, h("button", { class: "primary" }, done)));
    form.addEventListener("submit", () => {
      answer = input.value.trim();
    });
    const dialog = open(title, form);
    input.select();
    dialog.addEventListener("close", () => resolve(answer));
  });
}

/** Sends picture files to the library, one after the other. */
export async function upload(files: readonly File[], progress: (text: string) => void): Promise<Photo[]> {
  const photos: Photo[] = [];
  for (const [i, file] of files.entries()) {
    progress(files.length > 1 ? `Adding ${file.name} (${i + 1} of ${files.length})` : `Adding ${file.name}`);
    const form = new FormData();
    form.append("file", file);
    try {
      photos.push(await call<Photo>("POST", "/desk/api/photos", form));
    } catch (error) {
      explainFailure(error);
    }
  }
  progress("");
  return photos;
}

/** Asks for photos: from the library, or new ones from this computer. */
export function askPhotos(): Promise<Photo[]> {
  return new Promise((resolve) => {
    let answer: Photo[] = [];
    const words = h("input", { type: "search", id: "ask-photos", placeholder: "Find by caption, credit, name", autocomplete: "off" });
    const grid = h("ul", { class: "pick", "aria-label": "Photos" });
    const state = h("p", { class: "state", role: "status" });
    const file = h("input", { type: "file", accept: "image/jpeg,image/png,image/webp", multiple: true, id: "ask-file", class: "file" });
    const dialog = open("Photos",
      h("div", { class: "ask-top" }, h("label", { for: "ask-photos", class: "hidden" }, "Find photos"), words, h("label", { for: "ask-file", class: "button" }, "Add from this computer"), file),
      state, grid);
    const take = (photos: Photo[]): void => {
      answer = photos;
      dialog.close();
    };
    const look = async (): Promise<void> => {
      const { photos } = await call<{ photos: Photo[] }>("GET", `/desk/api/photos?q=${encodeURIComponent(words.value)}`);
      state.textContent = photos.length ? "" : "No photo has these words. Add one from this computer.";
      grid.replaceChildren(
        ...photos.map((photo) =>
          h("li", {}, h("button", { type: "button", click: () => take([photo]) },
            h("img", { src: photo.small, alt: "", loading: "lazy" }),
            h("span", {}, photo.title || photo.caption || "Untitled"),
            h("small", {}, photo.credit || "No credit")))),
      );
    };
    let wait = 0;
    words.addEventListener("input", () => {
      clearTimeout(wait);
      wait = window.setTimeout(() => void look().catch(explainFailure), 200);
    });
    file.addEventListener("change", () => {
      void upload([...(file.files ?? [])], (text) => (state.textContent = text)).then((photos) => {
        if (photos.length) take(photos);
      });
    });
    dialog.addEventListener("close", () => resolve(answer));
    void look().catch(explainFailure);
  });
}

/** An http or https address, with the scheme added when it was left out; null and a word when it is none. */
export function address(text: string): string | null {
  const whole = /^(https?:|mailto:)/i.test(text) ? text : text.includes("@") && !text.includes("/") ? `mailto:${text}` : `https://${text}`;
  try {
    return new URL(whole).href;
  } catch {
    say(`“${text}” is not an address.`);
    return null;
  }
}
