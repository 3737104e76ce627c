// Writes `.env.example` and the table of the README from the catalogue of variables. Run it after a build.

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
  return `# Settings of the server. Copy this file to .env and change what you need. The defaults work on one computer.
# Each variable X can also be set as X_FILE, the path of a file that contains the value (for secrets).
# If a value is not valid, the server does not start and lists every fault.

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

/** The README with the table replaced. */
export function withTable(readme, sections) {
  const start = readme.indexOf(TABLE_HEAD);
  if (start === -1) throw new Error('README.md has no table of variables');
  const end = readme.indexOf('\n\n', start) + 1;
  return readme.slice(0, start) + readmeTable(sections) + readme.slice(end);
}

/** A plain default as code, a described one as text. */
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
