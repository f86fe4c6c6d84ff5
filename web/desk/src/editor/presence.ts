// Who else has this story open.

import { call } from "../http.ts";

const every = 15_000;

/** Says every now and then that somebody is here, and shows who else is. */
export function sayHere(story: string, box: HTMLElement): void {
  const url = `/desk/api/stories/${story}/here`;
  const say = async (): Promise<void> => {
    if (document.visibilityState === "hidden") return;
    const { others } = await call<{ others: string[] }>("POST", url).catch(() => ({ others: [] as string[] }));
    const names = others.length > 1 ? `${others.slice(0, -1).join(", ")} and ${others.at(-1)}` : (others[0] ?? "");
    const text = names ? `${names} ${others.length > 1 ? "are" : "is"} here too` : "";
    if (box.textContent !== text) box.textContent = text;
  };
  setInterval(() => void say(), every);
  document.addEventListener("visibilitychange", () => void say());
  addEventListener("pagehide", () => navigator.sendBeacon(`${url}?gone=1`));
  void say();
}
