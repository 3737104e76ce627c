import { MESSAGE_VARIABLE_NAMES } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_TEMPLATES } from './default-templates.ts';
import { fillTemplate, parseTemplate } from './template.ts';

const KNOWN = new Set<string>(MESSAGE_VARIABLE_NAMES);
const parse = (source: string) => parseTemplate(source, (name) => KNOWN.has(name));
const fill = (source: string, values: Record<string, string> = {}) => fillTemplate(parse(source).template, values);

const variable = fc.constantFrom(...MESSAGE_VARIABLE_NAMES);
/** Text in which nothing looks like a variable, and no line is blank at its ends. */
const plain = fc.stringMatching(/^[a-zA-Z0-9 .:]{0,20}$/);
const value = fc.string({ minLength: 1, maxLength: 20 }).map((text) => `v${text.replace(/\s/g, '_')}`);

describe('a template', () => {
  it('replaces every variable by its value, whatever the value contains', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(plain, variable), { maxLength: 10 }), value, (parts, text) => {
        const source = `>${parts.map(([before, name]) => `${before}{{ ${name} }}`).join('')}<`;
        const { faults } = parse(source);
        expect(faults).toEqual([]);
        const values = Object.fromEntries(parts.map(([, name]) => [name, text]));
        expect(fill(source, values)).toBe(`>${parts.map(([before]) => `${before}${text}`).join('')}<`);
      }),
    );
    expect(fill('{{machine}}', { machine: '{{sentence}}', sentence: 'x' })).toBe('{{sentence}}');
    expect(fill('$& {{machine}}', { machine: "$1 $'" })).toBe("$& $1 $'");
  });

  it('leaves out a line whose variables are all empty, and no other', () => {
    expect(fill('a\nRaised: {{raises}} since {{first_raised}}\nb')).toBe('a\nb');
    expect(fill('a {{raises}}{{since}}', { since: 'x' })).toBe('a x');
    expect(fill('a\n\nb')).toBe('a\n\nb');
  });

  it('names each variable that is not known, with its place', () => {
    expect(parse('{{machine}}\n  {{machin}} and {{ 1+1 }}').faults).toEqual([
      { line: 2, column: 3, text: '{{machin}} is no variable' },
      { line: 2, column: 18, text: '{{1+1}} is no variable' },
    ]);
    expect(parse('{{machine').faults).toMatchObject([
      { line: 1, column: 1, text: expect.stringContaining('not closed') },
    ]);
    for (const name of ['constructor', '__proto__', 'toString', 'machine.length']) {
      expect(parseTemplate(`{{${name}}}`, (each) => Object.hasOwn({ machine: '' }, each)).faults).toHaveLength(1);
    }
    fc.assert(
      fc.property(fc.string(), fc.nat(5), fc.nat(20), (name, lines, indent) => {
        fc.pre(!/[{}\r\n]/.test(name) && !KNOWN.has(name.trim()));
        const source = `${'x\n'.repeat(lines)}${' '.repeat(indent)}{{${name}}}`;
        expect(parse(source).faults).toMatchObject([{ line: lines + 1, column: indent + 1 }]);
      }),
    );
  });

  it('takes any text, and its result is bounded', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.string(), (source, text) => {
        const values = Object.fromEntries(MESSAGE_VARIABLE_NAMES.map((name) => [name, text]));
        expect(fill(source, values).length).toBeLessThanOrEqual(8_001);
      }),
    );
    const long = Object.fromEntries(MESSAGE_VARIABLE_NAMES.map((name) => [name, 'y'.repeat(1000)]));
    expect(fill('{{machine}}'.repeat(300), long).length).toBeLessThanOrEqual(8_001);
    const startedMs = performance.now();
    parse('{{'.repeat(100_000));
    parse(`${'{{a}'.repeat(50_000)}`);
    fill('{{machine}}\n'.repeat(50_000), long);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  it('of each language, as it is by default, has no fault', () => {
    for (const { subject, body } of Object.values(DEFAULT_TEMPLATES)) {
      expect(parse(subject).faults).toEqual([]);
      expect(parse(body).faults).toEqual([]);
    }
  });
});
