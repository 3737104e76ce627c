// Says at the end of a run which tests were skipped, and which programs this computer does not have for them.

import { relative } from 'node:path';
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { findBrowser } from '../e2e/support/find-browser.ts';
import * as programs from '../server/test/support/find-program.ts';

export default class SkippedReporter implements Reporter {
  #vitest: Vitest | null = null;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const vitest = this.#vitest;
    // With `-t` all tests of other names are skipped, as was asked for.
    if (vitest === null || vitest.config.testNamePattern !== undefined) return;
    const lines = modules.flatMap((module) => {
      const count = [...module.children.allTests('skipped')].length;
      return count === 0
        ? []
        : [`  - ${relative(vitest.config.root, module.moduleId)} (${count} in ${module.project.name})`];
    });
    if (process.env.TEST_EVERYTHING === '1' && !vitest.projects.some(({ name }) => name === 'real servers')) {
      lines.push('  - all tests of the project real servers');
    }
    if (lines.length === 0) return;
    process.stderr.write(`\nSkipped, because this computer lacks what they need:\n${lines.sort().join('\n')}\n`);
    // Each finder writes a line where its program is missing.
    findBrowser();
    for (const [name, find] of Object.entries(programs)) if (name.startsWith('find')) (find as () => unknown)();
  }
}
