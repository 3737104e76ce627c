// Writes server/src/confusables.ts from Unicode's table of characters that look alike:
//   node scripts/confusables.mjs confusables.txt
// The file is https://www.unicode.org/Public/security/latest/confusables.txt (UTS 39).

import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const TARGET = resolve(import.meta.dirname, '../server/src/confusables.ts');
const LINE_WIDTH = 120;

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Usage: node scripts/confusables.mjs confusables.txt');
const text = readFileSync(file, 'utf8');
const version = /^# Version: ([\d.]+)/m.exec(text)?.[1];
if (version === undefined) throw new Error(`${file} names no version`);

const compact = (hex) => Number.parseInt(hex, 16).toString(36);
const sourcesOf = new Map();
for (const line of text.split('\n')) {
  const [source, prototype] = line.replace(/#.*/, '').split(';');
  if (prototype === undefined) continue;
  const key = prototype.trim().split(/\s+/).map(compact).join('+');
  sourcesOf.set(key, [...(sourcesOf.get(key) ?? []), compact(source.trim())]);
}

const words = [...sourcesOf].flatMap(([prototype, sources]) => [`${prototype}:`, ...sources]);
const lines = [''];
for (const word of words) {
  const line = `${lines.at(-1)} ${word}`.trimStart();
  if (line.length > LINE_WIDTH) lines.push(word);
  else lines[lines.length - 1] = line;
}

writeFileSync(
  TARGET,
  `// Characters that look alike, from confusables.txt of Unicode ${version} (UTS 39). scripts/confusables.mjs writes this file.
// © Unicode, Inc. Unicode License v3, https://www.unicode.org/license.txt

/**
 * A prototype, one or several code points joined by \`+\`, and after the colon the characters that look like it. Numbers are
 * in base 36.
 */
export const CONFUSABLES = \`
${lines.join('\n')}
\`;
`,
);
