import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './setup.mjs';

/** Every Markdown file of the repository. */
const pages = markdownUnder('.');

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');

  it('leads somewhere with every link', () => {
    for (const [, target] of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path, anchor] = target.split('#');
      const file = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
      expect(existsSync(file), target).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(file), target).toContain(anchor);
    }
  });

  it('has no line of a table over 160 characters', () => {
    expect(longTableLines(text)).toEqual([]);
  });

  it('names files and folders of the repository that exist', () => {
    // The secrets are created at installation.
    const paths = [...text.matchAll(/`((?:web|server|contract|simulator|bench|e2e|docs|deploy|docker)\/[\w./-]+)`/g)]
      .map(([, path]) => path)
      .filter((path) => !path.startsWith('docker/secrets/'));
    // ARCHITECTURE.md names a test by its path without `.test.ts`.
    const missing = paths.filter((path) => !['', '.test.ts'].some((end) => existsSync(join(ROOT, `${path}${end}`))));
    expect(missing).toEqual([]);
  });

  it('names scripts of ours that exist', () => {
    for (const [, script] of text.matchAll(/(?<![\w/])(scripts\/[\w.-]+\.(?:sh|mjs|ts))/g)) {
      expect(existsSync(join(ROOT, script)), script).toBe(true);
    }
  });
});

it('would find a link that leads nowhere', () => {
  expect(anchorsOf(join(ROOT, 'README.md'))).not.toContain('no-such-heading');
  expect(pages.length).toBeGreaterThan(15);
});

it('would find a line of a table that is too long', () => {
  const long = `| ${'x'.repeat(160)} |`;
  expect(longTableLines(`a | b\n${long}\n  ${long}\n\`\`\`\n${long}\n\`\`\`\n`)).toEqual([long, `  ${long}`]);
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'SECURITY.md', join('e2e', 'README.md')]));
});

function longTableLines(text) {
  return withoutCodeBlocks(text)
    .split('\n')
    .filter((line) => /^\s*\|/.test(line) && line.length > 160);
}

function markdownUnder(folder) {
  return readdirSync(join(ROOT, folder)).flatMap((name) => {
    if (['node_modules', '.git', 'dist', 'coverage'].includes(name)) return [];
    const path = join(folder, name);
    if (statSync(join(ROOT, path)).isDirectory()) return markdownUnder(path);
    return name.endsWith('.md') ? [path] : [];
  });
}

function withoutCodeBlocks(text) {
  return text.replace(/^```.*?^```$/gms, '');
}

function withoutCode(text) {
  return withoutCodeBlocks(text).replace(/`[^`\n]*`/g, 'code');
}

/** As GitHub makes them of headings. */
function anchorsOf(file) {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
