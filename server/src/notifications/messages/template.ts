// Templates: text with `{{name}}` in it. No expressions and no scripts; the time to parse and to fill is linear. Pure.

export interface TemplateFault {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

interface Part {
  readonly text: string;
  /** The name of a variable that is put after the text; null at the end of a line. */
  readonly variable: string | null;
}

/** The parts of each line. */
export type Template = readonly (readonly Part[])[];

/** What is longer is cut, so that a value that is repeated many times cannot fill the memory. */
const MAX_TEXT = 8_000;

/** A name that is not known is a fault with its place; the template can be filled nevertheless, with nothing in its place. */
export function parseTemplate(
  source: string,
  isKnown: (name: string) => boolean,
): { template: Template; faults: TemplateFault[] } {
  const faults: TemplateFault[] = [];
  const template = source.split(/\r?\n/).map((text, index) => {
    const parts: Part[] = [];
    let from = 0;
    for (;;) {
      const open = text.indexOf('{{', from);
      if (open < 0) break;
      const place = { line: index + 1, column: open + 1 };
      const close = text.indexOf('}}', open + 2);
      if (close < 0) {
        faults.push({ ...place, text: `${text.slice(open, open + 30)} is not closed with }}` });
        break;
      }
      const name = text.slice(open + 2, close).trim();
      if (!isKnown(name)) faults.push({ ...place, text: `{{${name.slice(0, 50)}}} is no variable` });
      parts.push({ text: text.slice(from, open), variable: name });
      from = close + 2;
    }
    return [...parts, { text: text.slice(from), variable: null }];
  });
  return { template, faults };
}

/** A line that has variables which are all empty is left out. Values are taken as they are: `{{` in them means nothing. */
export function fillTemplate(template: Template, values: Readonly<Record<string, string>>): string {
  const lines: string[] = [];
  let length = 0;
  for (const parts of template) {
    const names = parts.flatMap(({ variable }) => (variable === null ? [] : [variable]));
    if (names.length > 0 && names.every((name) => (values[name] ?? '') === '')) continue;
    let line = '';
    for (const { text, variable } of parts) {
      line += text + (variable === null ? '' : (values[variable] ?? ''));
      if (length + line.length > MAX_TEXT) break;
    }
    lines.push(line);
    length += line.length + 1;
    if (length > MAX_TEXT) break;
  }
  const text = lines.join('\n').trim();
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
