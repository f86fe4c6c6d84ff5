// The editor's schema, made from the newsroom's one definition of a document.

import { type DOMOutputSpec, type MarkSpec, type Node, type NodeSpec, Schema, type TagParseRule } from "prosemirror-model";
import definition from "../../../internal/richtext/schema.json";

export interface Origin {
  readonly kind: "staff" | "wire" | "import";
  readonly id?: string;
  readonly name?: string;
}

interface AttrDefinition {
  readonly name: string;
  readonly type: string;
  readonly default?: unknown;
  readonly required?: boolean;
}

interface NodeDefinition {
  readonly name: string;
  readonly group?: string;
  readonly content?: string;
  readonly marks?: readonly string[];
  readonly attrs?: readonly AttrDefinition[];
  readonly dom?: string;
  readonly atom?: boolean;
  readonly defining?: boolean;
  readonly isolating?: boolean;
}

interface MarkDefinition {
  readonly name: string;
  readonly dom: string;
  readonly attrs?: readonly AttrDefinition[];
}

const nodes = definition.nodes as readonly NodeDefinition[];
const marks = definition.marks as readonly MarkDefinition[];

// Which elements are read as which node, besides the one it is drawn with.
const alsoRead: Readonly<Record<string, readonly TagParseRule[]>> = {
  crosshead: ["h1", "h2", "h3", "h4", "h5", "h6"].map((tag) => ({ tag })),
  list: [
    { tag: "ul", attrs: { ordered: false } },
    { tag: "ol", attrs: { ordered: true } },
  ],
  table_cell: [{ tag: "td" }, { tag: "th", attrs: { header: true } }],
  strong: [{ tag: "strong" }, { tag: "b" }],
  em: [{ tag: "em" }, { tag: "i" }],
};

export const schema = new Schema({
  topNode: definition.top.name,
  nodes: Object.fromEntries([[definition.top.name, { content: definition.top.content }], ...nodes.map((n) => [n.name, nodeSpec(n)])]),
  marks: Object.fromEntries(marks.map((m) => [m.name, markSpec(m)])),
});

function nodeSpec(n: NodeDefinition): NodeSpec {
  if (n.name === "text") return { group: "inline" };
  const spec: NodeSpec = {
    marks: (n.marks ?? []).join(" "),
    attrs: attrSpecs(n.attrs),
    parseDOM: parseRules(n),
    toDOM: (node) => draw(n, node),
  };
  if (n.group) spec.group = n.group;
  if (n.content) spec.content = n.content;
  if (n.defining) spec.defining = true;
  if (n.isolating) spec.isolating = true;
  if (n.atom) Object.assign(spec, { atom: true, draggable: true, selectable: true });
  return spec;
}

function markSpec(m: MarkDefinition): MarkSpec {
  const spec: MarkSpec = {
    attrs: attrSpecs(m.attrs),
    parseDOM: m.name === "link" ? [{ tag: "a[href]", getAttrs: (el) => ({ href: el.getAttribute("href") }) }] : [...(alsoRead[m.name] ?? [{ tag: m.dom }])],
    toDOM: (mark) => [m.dom, { ...mark.attrs }, 0],
  };
  if (m.name === "link") spec.inclusive = false;
  return spec;
}

function attrSpecs(attrs: readonly AttrDefinition[] = []): Record<string, { default?: unknown }> {
  return Object.fromEntries(attrs.map((a) => [a.name, a.required ? {} : { default: a.default ?? null }]));
}

// Attributes travel in the clipboard as JSON, so that origins survive cut and paste.
function draw(n: NodeDefinition, node: Node): DOMOutputSpec {
  const kept = keptAttrs(n, node.attrs);
  const attrs: Record<string, string> = n.atom || Object.keys(kept).length ? { "data-node": n.name, "data-attrs": JSON.stringify(kept) } : {};
  const tag = n.name === "list" && node.attrs["ordered"] ? "ol" : n.name === "table_cell" && node.attrs["header"] ? "th" : (n.dom ?? "div");
  return n.content ? [tag, attrs, 0] : [tag, attrs];
}

function parseRules(n: NodeDefinition): TagParseRule[] {
  const own: TagParseRule = { tag: `[data-node="${n.name}"]`, priority: 60, getAttrs: (el) => readAttrs(n, el) };
  if (n.dom === "figure") return [own];
  return [own, ...(alsoRead[n.name] ?? [{ tag: n.dom ?? "div" }])];
}

function readAttrs(n: NodeDefinition, el: HTMLElement): Record<string, unknown> | false {
  let given: unknown;
  try {
    given = JSON.parse(el.dataset["attrs"] ?? "{}");
  } catch {
    return false;
  }
  if (typeof given !== "object" || given === null) return false;
  const attrs: Record<string, unknown> = {};
  for (const a of n.attrs ?? []) {
    const value = (given as Record<string, unknown>)[a.name];
    if (value !== undefined && fits(a, value)) attrs[a.name] = value;
    else if (a.required) return false;
  }
  return attrs;
}

function fits(a: AttrDefinition, value: unknown): boolean {
  switch (a.type) {
    case "boolean":
      return typeof value === "boolean";
    case "integer":
      return Number.isInteger(value);
    case "origin":
      return typeof value === "object" && value !== null && ["staff", "wire", "import"].includes((value as Origin).kind);
    default:
      return typeof value === "string";
  }
}

const byName = new Map(nodes.map((n) => [n.name, n]));

function keptAttrs(n: NodeDefinition | undefined, attrs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const a of n?.attrs ?? []) {
    const value = attrs[a.name];
    if (value !== undefined && value !== null && value !== (a.default ?? null)) kept[a.name] = value;
  }
  return kept;
}

interface NodeJSON {
  type: string;
  attrs?: Record<string, unknown>;
  content?: NodeJSON[];
  text?: string;
  marks?: { type: string; attrs?: Record<string, unknown> }[];
}

/** A document as it is stored: attributes that equal their default are left out. */
export function toStored(doc: Node): NodeJSON {
  return tidy(doc.toJSON() as NodeJSON);
}

function tidy(node: NodeJSON): NodeJSON {
  const out: NodeJSON = { type: node.type };
  const attrs = keptAttrs(byName.get(node.type), node.attrs ?? {});
  if (Object.keys(attrs).length) out.attrs = attrs;
  if (node.text !== undefined) out.text = node.text;
  if (node.marks?.length) out.marks = node.marks;
  if (node.content?.length) out.content = node.content.map(tidy);
  return out;
}

/** Reads a stored document; an empty one gets a paragraph to write in. */
export function fromStored(json: unknown): Node {
  const given = json as NodeJSON | null;
  const content = given?.content?.length ? given.content : [{ type: "paragraph" }];
  return schema.nodeFromJSON({ type: "doc", content });
}

/** Looks up a node type that the definition is known to have. */
export function type(name: string): Schema["nodes"][string] {
  const found = schema.nodes[name];
  if (!found) throw new Error(`the schema has no ${name}`);
  return found;
}

/** Looks up a mark type that the definition is known to have. */
export function markType(name: string): Schema["marks"][string] {
  const found = schema.marks[name];
  if (!found) throw new Error(`the schema has no mark ${name}`);
  return found;
}
