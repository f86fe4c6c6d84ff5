// Forms that work without this script, and quieter with it:
//
//   <form data-quiet>     sent in the background; the page then loads its lists again
//   <form data-filter>    a filter that answers while one types
//   data-reload           the page is loaded again after it was sent
//   data-with-filter      its field "query" is the filter as it now is
//   <details data-focus>  gives the focus, when it opens, to [data-first] or its first field

import { must, say } from "./dom.ts";
import { Refused, Unreachable, call, part } from "./http.ts";

export function startForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.matches("[data-quiet]")) {
      event.preventDefault();
      void quiet(form, event.submitter);
    } else if (form.matches("[data-filter]")) {
      event.preventDefault();
      void filter(form);
    }
  });
  document.addEventListener("toggle", (event) => {
    const details = event.target;
    if (!(details instanceof HTMLDetailsElement) || !details.open || !details.matches("[data-focus]")) return;
    (details.querySelector<HTMLElement>("[data-first]") ?? details.querySelector<HTMLElement>("form input:not([type=hidden]), form select"))?.focus();
  }, true);
  let typing = 0;
  document.addEventListener("input", (event) => {
    const form = (event.target as HTMLElement).closest<HTMLFormElement>("form[data-filter]");
    if (!form) return;
    clearTimeout(typing);
    typing = window.setTimeout(() => void filter(form), 200);
  });
  document.addEventListener("keydown", (event) => {
    const input = event.target as HTMLElement;
    if (event.key === "Escape" && input.matches("form[data-filter] input")) input.blur();
  });
}

async function quiet(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const data = new FormData(form, submitter);
  if (form.matches("[data-with-filter]")) data.set("query", location.search);
  const pressed = submitter?.dataset;
  try {
    const answer = await call<{ message?: string; href?: string } | null>("POST", form.getAttribute("action") ?? "", data);
    const undo = pressed?.["undo"];
    const href = answer?.href;
    const text = pressed?.["done"] ?? answer?.message ?? "Done.";
    if (undo) say(text, { label: "Undo", run: () => void again(undo) });
    else say(text, href ? { label: "Open", run: () => location.assign(href) } : undefined);
    form.closest("details")?.removeAttribute("open");
    form.dispatchEvent(new CustomEvent("desk:done", { bubbles: true }));
    document.dispatchEvent(new CustomEvent("desk:changed"));
    if (form.matches("[data-reload]")) setTimeout(() => location.reload(), undo ? 6000 : 0);
  } catch (error) {
    explainFailure(error);
  }
}

async function again(action: string): Promise<void> {
  const data = new FormData();
  data.set("undo", "1");
  try {
    await call("POST", action, data);
    say("Undone.");
    document.dispatchEvent(new CustomEvent("desk:changed"));
  } catch (error) {
    explainFailure(error);
  }
}

/** Says why something was not done. */
export function explainFailure(error: unknown): void {
  if (error instanceof Refused && error.status === 401) say("You are signed out. Sign in again in another tab; this page keeps what it has.");
  else if (error instanceof Refused) say(error.message);
  else if (error instanceof Unreachable) say(`${error.message} Nothing was changed. Try again in a moment.`);
  else throw error;
}

async function filter(form: HTMLFormElement): Promise<void> {
  const url = new URL(form.getAttribute("action") ?? "", location.href);
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && value) url.searchParams.set(name, value);
  try {
    const piece = await part(url, "rows");
    history.replaceState(null, "", url);
    for (const id of ["rows", "list-note"]) {
      const next = piece.querySelector(`#${id}`);
      if (next) must(`#${id}`).replaceWith(next);
    }
    document.dispatchEvent(new CustomEvent("desk:filtered"));
  } catch (error) {
    explainFailure(error);
  }
}
