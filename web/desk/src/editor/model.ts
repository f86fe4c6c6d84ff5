// What the editor and the server tell each other.

import type { Origin } from "../schema.ts";
import type { BlockJSON } from "../compare.ts";

export interface Body {
  readonly type: string;
  readonly content?: readonly BlockJSON[];
}

/** What is written of a story. */
export interface Content {
  readonly headline: string;
  readonly standfirst: string;
  readonly byline: readonly string[];
  readonly dateline: string;
  readonly section: string;
  readonly slug: string;
  readonly language: string;
  readonly contributor: string;
  readonly topics: readonly string[];
  readonly lead: string;
  readonly body: Body;
}

export interface Photo {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly alt: string;
  readonly credit: string;
  readonly width: number;
  readonly height: number;
  /** Addresses of a small and a large picture. */
  readonly small: string;
  readonly large: string;
  readonly origin: Origin | null;
}

export interface Story {
  readonly id: string;
  readonly revision: number;
  readonly state: "draft" | "published" | "unpublished";
  readonly version: number;
  readonly path: string;
  /** The live page shows an older text than this. */
  readonly changed: boolean;
  readonly content: Content;
  readonly photos: readonly Photo[];
  /** Who writes now. */
  readonly staff: Origin;
  readonly mayPublish: boolean;
  readonly by: string;
  readonly at: string;
}

/** The other version, when somebody else saved since. */
export interface Theirs {
  /** The copy that holds what was sent, or what this is. */
  readonly kept?: string;
  readonly revision: number;
  readonly content: Content;
  readonly by: string;
  readonly at: string;
}

export interface Saved {
  readonly revision: number;
  readonly at: string;
  readonly conflict?: Theirs;
}

export interface Check {
  readonly level: "block" | "warn";
  readonly message: string;
  readonly field: string;
}
