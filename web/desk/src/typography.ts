// Typographer's characters as one types: quotes, apostrophes, dashes, dots.

/** A rule turns what stands before the cursor, ending in the typed character, into something else. */
export interface Rule {
  readonly match: RegExp;
  /** Replaces the last group of the match. */
  readonly put: string;
}

interface Quotes {
  readonly double: readonly [string, string];
  readonly single: readonly [string, string];
}

const english: Quotes = { double: ["“", "”"], single: ["‘", "’"] };

const quotesByLanguage: Readonly<Record<string, Quotes>> = {
  en: english,
  de: { double: ["„", "“"], single: ["‚", "‘"] },
  fr: { double: ["«\u00a0", "\u00a0»"], single: ["‘", "’"] },
  es: { double: ["«", "»"], single: ["“", "”"] },
  it: { double: ["«", "»"], single: ["“", "”"] },
  pl: { double: ["„", "”"], single: ["‚", "’"] },
  sv: { double: ["”", "”"], single: ["’", "’"] },
  da: { double: ["»", "«"], single: ["›", "‹"] },
};

// A quote opens at the start of a block and after a space, a bracket, a dash or another opening quote.
const opens = "(?:^|[\\s\\u00a0([{<\\-–—/“‘„‚«])";

/** The rules for a language, in the order in which they are tried. */
export function rulesFor(language: string): readonly Rule[] {
  const [base = "en"] = language.toLowerCase().split("-");
  const { double, single } = quotesByLanguage[base] ?? english;
  return [
    { match: new RegExp(`${opens}(")$`), put: double[0] },
    { match: /(")$/, put: double[1] },
    { match: new RegExp(`${opens}(')$`), put: single[0] },
    { match: /[\p{L}\p{N}](')$/u, put: "’" },
    { match: /(')$/, put: single[1] },
    // ’90s and ’tis have an apostrophe, not an opening quote.
    { match: new RegExp(`(${single[0]})\\d\\ds$`), put: "’" },
    { match: new RegExp(`(${single[0]})(?:tis|twas|em|til) $`), put: "’" },
    { match: /(--)$/, put: "—" },
    { match: /(\.\.\.)$/, put: "…" },
    { match: /(\(c\))$/, put: "©" },
  ];
}

// Bytes, as in package story.
const maxSlug = 80;

/** What a change does to the text before the cursor. */
export interface Change {
  readonly from: number;
  readonly to: number;
  readonly put: string;
}

/** Says what to change in text, which ends at the cursor, or null. */
export function change(rules: readonly Rule[], text: string): Change | null {
  for (const rule of rules) {
    const found = rule.match.exec(text);
    const group = found?.[1];
    if (!found || group === undefined) continue;
    const from = found.index + found[0].indexOf(group);
    return { from, to: from + group.length, put: rule.put };
  }
  return null;
}

/** Types text one character at a time through the rules. */
export function typed(text: string, language = "en"): string {
  const rules = rulesFor(language);
  let out = "";
  for (const char of text) {
    out += char;
    const found = change(rules, out);
    if (found) out = out.slice(0, found.from) + found.put + out.slice(found.to);
  }
  return out;
}

/** A web address's last part made of a headline: "Tehran’s reply" gives "tehrans-reply". */
export function slugOf(headline: string): string {
  const plain = headline
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\p{Mn}'’]/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .normalize("NFC");
  let slug = plain;
  while (new TextEncoder().encode(slug).length > maxSlug) {
    const end = slug.lastIndexOf("-");
    slug = end > 0 ? slug.slice(0, end) : slug.slice(0, -1);
  }
  return slug;
}

/** How many words a text has. */
export function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}][\p{L}\p{N}'’.,\-]*/gu)?.length ?? 0;
}
