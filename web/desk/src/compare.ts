// Two versions of a story side by side: which blocks are the same, which one
// side changed, and which both did.

/** A block of a document, as ProseMirror writes it. */
export interface BlockJSON {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: readonly BlockJSON[];
  readonly text?: string;
  readonly marks?: readonly unknown[];
}

/** What to keep of a row. */
export type Choice = "theirs" | "mine" | "both";

/** A row is a block that both have, or what each has in the same place. */
export interface Row {
  readonly same: boolean;
  readonly theirs: readonly BlockJSON[];
  readonly mine: readonly BlockJSON[];
  /** What base tells: keep the side that changed, or both when both did. */
  readonly suggested: Choice;
}

/** Lines up theirs and mine. base, what both began with, may be missing. */
export function compare(base: readonly BlockJSON[] | null, theirs: readonly BlockJSON[], mine: readonly BlockJSON[]): Row[] {
  const before = base ? new Set(base.map(key)) : null;
  const rows: Row[] = [];
  let left: BlockJSON[] = [];
  let right: BlockJSON[] = [];
  const flush = (): void => {
    // As many on both sides: each was changed in its place.
    const step = left.length === right.length ? 1 : Math.max(left.length, right.length);
    for (let i = 0; i < Math.max(left.length, right.length); i += step) {
      const [theirs, mine] = [left.slice(i, i + step), right.slice(i, i + step)];
      rows.push({ same: false, theirs, mine, suggested: suggest(before, theirs, mine) });
    }
    [left, right] = [[], []];
  };
  for (const [a, b] of align(theirs, mine)) {
    if (a && b) {
      flush();
      rows.push({ same: true, theirs: [a], mine: [b], suggested: "theirs" });
      continue;
    }
    if (a) left.push(a);
    if (b) right.push(b);
  }
  flush();
  return rows;
}

/** The document that the choices make; a row without one keeps both. */
export function merge(rows: readonly Row[], choices: readonly (Choice | undefined)[]): BlockJSON[] {
  return rows.flatMap((row, i) => {
    if (row.same) return [...row.theirs];
    const choice = choices[i] ?? row.suggested;
    if (choice === "theirs") return [...row.theirs];
    if (choice === "mine") return [...row.mine];
    return [...row.theirs, ...row.mine];
  });
}

/** The text of a block, for showing. */
export function blockText(block: BlockJSON): string {
  if (block.text !== undefined) return block.text;
  return (block.content ?? []).map(blockText).join(block.type === "list" || block.type === "quote" ? "\n" : "");
}

function suggest(before: ReadonlySet<string> | null, theirs: readonly BlockJSON[], mine: readonly BlockJSON[]): Choice {
  if (!before) return "both";
  const changed = (blocks: readonly BlockJSON[]): boolean => blocks.some((b) => !before.has(key(b)));
  const [they, me] = [changed(theirs), changed(mine)];
  if (they && !me) return "theirs";
  if (me && !they) return "mine";
  // Nothing new on either side: the one with fewer blocks took some out.
  if (!they && !me) return theirs.length < mine.length ? "theirs" : "mine";
  return "both";
}

function key(block: BlockJSON): string {
  return JSON.stringify(block);
}

// align pairs equal blocks in order: the longest common subsequence.
function align(a: readonly BlockJSON[], b: readonly BlockJSON[]): [BlockJSON | null, BlockJSON | null][] {
  const ka = a.map(key);
  const kb = b.map(key);
  const width = b.length + 1;
  const best = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => best[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      best[i * width + j] = ka[i] === kb[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [BlockJSON | null, BlockJSON | null][] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && ka[i] === kb[j]) pairs.push([a[i++] ?? null, b[j++] ?? null]);
    else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) pairs.push([a[i++] ?? null, null]);
    else pairs.push([null, b[j++] ?? null]);
  }
  return pairs;
}
