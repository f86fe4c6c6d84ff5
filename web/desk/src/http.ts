// Requests to the desk's own server.

/** What the server answered when it did not do what was asked. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly body: unknown,
  ) {
    super(message);
  }
}

/** The server could not be reached, or could not answer. */
export class Unreachable extends Error {}

/** Sends JSON and reads JSON. */
export async function call<T>(method: string, url: string, body?: unknown, more: RequestInit = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const init: RequestInit = { ...more, method, headers };
  if (body instanceof FormData) init.body = body;
  else if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  const answer = await reach(url, init);
  const json: unknown = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(answer.status, messageOf(json) ?? `The server answered ${answer.status}.`, json);
  return json as T;
}

/** Fetches a piece of a page. */
export async function part(url: string | URL, name: string): Promise<DocumentFragment> {
  const at = new URL(url, location.href);
  at.searchParams.set("part", name);
  const answer = await reach(at.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Refused(answer.status, `This could not be loaded (${answer.status}).`, null);
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  const piece = document.createDocumentFragment();
  piece.append(...parsed.body.childNodes);
  return piece;
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(url, { credentials: "same-origin", ...init });
  } catch (cause) {
    throw new Unreachable("The server cannot be reached.", { cause });
  }
  if ([502, 503, 504].includes(answer.status)) throw new Unreachable("The server cannot answer just now.");
  return answer;
}

function messageOf(json: unknown): string | null {
  if (typeof json !== "object" || json === null) return null;
  const { error, message } = json as { error?: unknown; message?: unknown };
  if (typeof message === "string") return message;
  if (typeof error === "string") return error;
  if (typeof error === "object" && error !== null) return messageOf(error);
  return null;
}
