// Writes `.env.example` and the README's table from the catalogue of variables: `node scripts/config-documents.mjs`, after a build.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from './setup.mjs';

const LINE = 118;
const TABLE_HEAD = '| variable | default | meaning |\n| --- | --- | --- |\n';

/** @param sections `VARIABLE_SECTIONS` of the server */
export function envExample(sections) {
  const parts = Object.entries(sections).map(([title, variables]) => {
    const entries = Object.entries(variables).map(
      ([name, variable]) => `${comment(variable)}\n${assignment(name, variable)}`,
    );
    return `# ---- ${title} ----\n\n${entries.join('\n')}`;
  });
  return `# Settings of the server. Copy to .env and change what you need; everything has a default that works on one computer.
# Each X can also be given as X_FILE: the path of a file that holds the value (for secrets).
# A wrong value stops the start, with every fault listed at once.

${parts.join('\n\n')}
`;
}

export function readmeTable(sections) {
  const rows = Object.values(sections).flatMap((variables) =>
    Object.entries(variables).map(
      ([name, variable]) => `| \`${name}\` | ${shownDefault(variable)} | ${variable.summary} |`,
    ),
  );
  return `${TABLE_HEAD}${rows.join('\n')}\n`;
}

/** The README with its table replaced. */
export function withTable(readme, sections) {
  const start = readme.indexOf(TABLE_HEAD);
  if (start === -1) throw new Error('README.md has no table of variables');
  const end = readme.indexOf('\n\n', start) + 1;
  return readme.slice(0, start) + readmeTable(sections) + readme.slice(end);
}

/** A plain default in code, a described one in words. */
function shownDefault({ default: value, defaultText }) {
  if (defaultText !== undefined) return defaultText;
  return value === undefined ? 'none' : `\`${value}\``;
}

function comment({ summary, details = '', defaultText }) {
  const said = defaultText === undefined ? '' : `Default: ${defaultText}.`;
  const text = [`${summary.replaceAll('`', '')}.`, said, details].filter((sentence) => sentence !== '').join(' ');
  return wrap(text)
    .map((line) => `# ${line}`)
    .join('\n');
}

function assignment(name, { default: value, example = '' }) {
  return `#${name}=${value ?? example}`;
}

function wrap(text) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    if (lines[last].length + word.length >= LINE) lines.push(word);
    else lines[last] = lines[last] === '' ? word : `${lines[last]} ${word}`;
  }
  return lines;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { VARIABLE_SECTIONS } = await import('../server/dist/config-variables.js');
  writeFileSync(join(ROOT, '.env.example'), envExample(VARIABLE_SECTIONS));
  const readme = join(ROOT, 'README.md');
  writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), VARIABLE_SECTIONS));
}
