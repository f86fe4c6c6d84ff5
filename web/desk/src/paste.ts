// Cleans what word processors and web pages put on the clipboard, before the
// editor's schema reads it. Works on text, not on a DOM: nothing of the pasted
// page is ever built, loaded or run.

type Kind = "p" | "h2";
type List = "ul" | "ol" | "";

/** A block of the cleaned text, or raw markup that stands between blocks. */
interface Block {
  kind: Kind;
  list: List;
  quote: boolean;
  html: string;
  raw: string;
}

interface Frame {
  tag: string;
  marks: readonly string[];
  href: string;
}

interface Tag {
  name: string;
  close: boolean;
  attrs: Readonly<Record<string, string>>;
}

// Elements that go with all they hold.
const dropped = new Set(["style", "script", "head", "title", "xml", "del", "noscript", "template", "svg", "math", "object", "iframe", "select", "button", "textarea"]);
const voids = new Set(["br", "hr", "img", "meta", "link", "input", "wbr", "col", "area", "base", "source", "track", "embed"]);
const tables = new Set(["table", "tr", "td", "th"]);

/** Cleans pasted HTML. What the editor itself copied is returned as it is. */
export function cleanPasted(html: string): string {
  if (html.includes("data-pm-slice")) return html;
  return new Cleaner().clean(html);
}

class Cleaner {
  private readonly blocks: Block[] = [];
  private block: Block | null = null;
  private frames: Frame[] = [];
  private lists: List[] = [];
  private quotes = 0;
  private dropping = "";
  private depth = 0;

  clean(html: string): string {
    const whole = fragment(html)
      .replace(/<!\[if !supportLists\]>([\s\S]*?)<!\[endif\]>/gi, (_, bullet: string) => `<bullet>${text(bullet)}</bullet>`)
      .replace(/<!--[\s\S]*?-->/g, "")
      .replace(/<![^>]*>|<\?[^>]*>/g, "");
    const token = /<\/?[a-zA-Z][^\s>/]*(?:"[^"]*"|'[^']*'|[^'">])*>|[^<]+|</g;
    for (const [part] of whole.matchAll(token)) {
      const tag = part.length > 1 && part.startsWith("<") ? readTag(part) : null;
      if (tag) this.tag(tag);
      else this.text(part);
    }
    this.finish();
    return write(this.blocks);
  }

  private tag(tag: Tag): void {
    if (this.dropping) {
      if (tag.name === this.dropping) this.depth += tag.close ? -1 : 1;
      if (this.depth === 0) this.dropping = "";
      return;
    }
    // Office's own elements and remarks hold nothing that is wanted.
    const remark = tag.name === "a" && (tag.attrs["href"] ?? "").startsWith("#_msocom");
    if (remark || dropped.has(tag.name) || tag.name.includes(":")) {
      if (!tag.close) [this.dropping, this.depth] = [tag.name, 1];
      return;
    }
    if (tables.has(tag.name)) return this.table(tag);
    switch (tag.name) {
      case "br":
        return this.finish();
      case "hr":
        return this.raw("<hr>");
      case "ul":
      case "ol":
        this.finish();
        if (tag.close) this.lists.pop();
        else this.lists.push(tag.name);
        return;
      case "blockquote":
        this.finish();
        this.quotes = Math.max(0, this.quotes + (tag.close ? -1 : 1));
        return;
      case "p":
      case "div":
      case "li":
      case "section":
      case "article":
      case "header":
      case "footer":
      case "figure":
      case "figcaption":
      case "pre":
      case "dt":
      case "dd":
      case "tbody":
      case "thead":
        return this.paragraph(tag);
      case "bullet":
        return this.bullet(tag);
    }
    if (/^h[1-6]$/.test(tag.name)) return this.paragraph(tag);
    if (!voids.has(tag.name)) this.inline(tag);
  }

  private paragraph(tag: Tag): void {
    // Only li may be inside another block without ending it: <li><p>.
    if (!tag.close && this.block && !this.block.html.trim() && this.block.list) return;
    this.finish();
    if (tag.close) return;
    const heading = /^h[1-6]$/.test(tag.name) || /\bMso(?:Title|Heading)/i.test(tag.attrs["class"] ?? "");
    this.start(heading && !this.lists.length ? "h2" : "p");
    const style = tag.attrs["style"] ?? "";
    if (/mso-list:\s*l\d/i.test(style) && this.block) this.block.list = "ul";
    // An inline style on a paragraph marks all of it.
    this.frames = this.frames.filter((f) => f.tag !== "block");
    const marks = marksOf({ ...tag, name: "span" });
    if (marks.length && !heading) this.frames.push({ tag: "block", marks, href: "" });
  }

  // Word writes the number or bullet of a list item as text inside the paragraph.
  private bullet(tag: Tag): void {
    if (tag.close) {
      const block = this.block;
      if (!block) return;
      const mark = block.html.replace(/<[^>]*>|&[a-z]+;|\s/g, "");
      block.list = /^\(?[0-9a-z]{1,4}[.)]/i.test(mark) ? "ol" : "ul";
      block.html = "";
      return;
    }
    if (!this.block) this.start("p");
  }

  private inline(tag: Tag): void {
    if (tag.close) {
      for (let i = this.frames.length - 1; i >= 0; i--) {
        if (this.frames[i]?.tag === tag.name) {
          this.frames.splice(i, 1);
          return;
        }
      }
      return;
    }
    this.frames.push({ tag: tag.name, marks: marksOf(tag), href: tag.name === "a" ? linkOf(tag.attrs["href"] ?? "") : "" });
  }

  private table(tag: Tag): void {
    this.finish();
    this.raw(tag.close ? `</${tag.name}>` : `<${tag.name}>`);
  }

  private raw(html: string): void {
    this.finish();
    this.blocks.push({ kind: "p", list: "", quote: false, html: "", raw: html });
  }

  private text(part: string): void {
    if (this.dropping) return;
    const clean = plain(part);
    if (!this.block) {
      if (!clean.trim()) return;
      this.start("p");
    }
    const block = this.block;
    if (!block) return;
    // Spaces collapse across runs as a browser would collapse them.
    const flat = /\s$/.test(block.html.replace(/<[^>]*>/g, "")) || !block.html ? clean.replace(/^\s+/, "") : clean;
    block.html += this.marked(flat);
  }

  private marked(flat: string): string {
    if (!flat) return "";
    if (!flat.trim()) return " ";
    const on = new Set<string>();
    let href = "";
    for (const frame of this.frames) {
      for (const mark of frame.marks) {
        if (mark.startsWith("no-")) on.delete(mark.slice(3));
        else on.add(mark);
      }
      if (frame.href) href = frame.href;
    }
    if (this.block?.kind === "h2") on.clear();
    // Spaces stand outside the marks.
    const [, before = "", core = "", after = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(flat) ?? [];
    let out = core;
    for (const mark of ["em", "strong"]) if (on.has(mark)) out = `<${mark}>${out}</${mark}>`;
    if (href) out = `<a href="${href}">${out}</a>`;
    return before + out + after;
  }

  private start(kind: Kind): void {
    this.block = { kind, list: this.lists.at(-1) ?? "", quote: this.quotes > 0, html: "", raw: "" };
  }

  private finish(): void {
    const block = this.block;
    this.block = null;
    if (!block) return;
    block.html = block.html
      .replace(/<\/(strong|em)>(\s*)<\1>/g, "$2")
      .replace(/\s+/g, " ")
      .trim();
    if (block.html) this.blocks.push(block);
  }
}

// The part that was selected, when the clipboard says which.
function fragment(html: string): string {
  const from = html.indexOf("<!--StartFragment-->");
  const to = html.lastIndexOf("<!--EndFragment-->");
  if (from >= 0 && to > from) return html.slice(from + "<!--StartFragment-->".length, to);
  const body = /<body[^>]*>([\s\S]*?)(?:<\/body>|$)/i.exec(html);
  return body?.[1] ?? html;
}

function readTag(part: string): Tag | null {
  const head = /^<(\/?)([a-zA-Z][^\s>/]*)/.exec(part);
  if (!head) return null;
  const attrs: Record<string, string> = {};
  const rest = part.slice(head[0].length);
  for (const [, name = "", a, b, c] of rest.matchAll(/([^\s=/>"']+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/g)) {
    attrs[name.toLowerCase()] = a ?? b ?? c ?? "";
  }
  return { name: (head[2] ?? "").toLowerCase(), close: head[1] === "/", attrs };
}

// The marks that an inline element puts on, or takes off again ("no-…").
function marksOf(tag: Tag): string[] {
  const marks: string[] = [];
  if (tag.name === "b" || tag.name === "strong") marks.push("strong");
  if (tag.name === "i" || tag.name === "em" || tag.name === "cite") marks.push("em");
  const style = tag.attrs["style"] ?? "";
  const weight = /(?:^|;)\s*font-weight:\s*([a-z0-9]+)/i.exec(style)?.[1]?.toLowerCase();
  if (weight) marks.push(weight === "bold" || weight === "bolder" || Number(weight) >= 600 ? "strong" : "no-strong");
  const slant = /(?:^|;)\s*font-style:\s*([a-z]+)/i.exec(style)?.[1]?.toLowerCase();
  if (slant) marks.push(slant === "italic" || slant === "oblique" ? "em" : "no-em");
  return marks;
}

// A link that may be kept, without the wrapping that Google puts around it.
function linkOf(href: string): string {
  const raw = href.replace(/&amp;/g, "&").trim();
  let url: URL;
  try {
    url = new URL(raw);
  } catch {
    return "";
  }
  if (url.hostname === "www.google.com" && url.pathname === "/url") return linkOf(url.searchParams.get("q") ?? "");
  if (!["http:", "https:", "mailto:"].includes(url.protocol)) return "";
  return raw.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
}

function plain(part: string): string {
  return part
    .replace(/&nbsp;|&#160;|&#xa0;|\u00a0/gi, " ")
    .replace(/&shy;|[\u00ad\u200b\u2060\ufeff]/g, "")
    .replace(/\s+/g, " ")
    .replace(/^<$/, "&lt;");
}

function text(html: string): string {
  return html.replace(/<[^>]*>/g, "");
}

function write(blocks: readonly Block[]): string {
  let out = "";
  let list: List = "";
  let quote = false;
  const close = (): void => {
    if (list) out += `</${list}>`;
    if (quote) out += "</blockquote>";
    [list, quote] = ["", false];
  };
  for (const block of blocks) {
    if (block.raw || block.list !== list || block.quote !== quote) {
      close();
      if (block.raw) {
        out += block.raw;
        continue;
      }
      if (block.quote) out += "<blockquote>";
      if (block.list) out += `<${block.list}>`;
      [list, quote] = [block.list, block.quote];
    }
    out += list ? `<li><p>${block.html}</p></li>` : `<${block.kind}>${block.html}</${block.kind}>`;
  }
  close();
  return out;
}
