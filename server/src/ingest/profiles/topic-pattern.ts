// A topic filter with named parts: `plant/{machine}/state`.

export interface TopicPattern {
  /** The filter to subscribe with. */
  readonly filter: string;
  /** The named parts of a topic that fits; null for every other topic. */
  match(levels: readonly string[]): ReadonlyMap<string, string> | null;
}

interface Level {
  readonly kind: 'text' | 'any' | 'rest' | 'part';
  readonly text: string;
  readonly before: string;
  readonly after: string;
}

const NO_PARTS: ReadonlyMap<string, string> = new Map();

/** @param topic as the schema of profiles admits it */
export function compileTopic(topic: string): TopicPattern {
  const pattern = topic.split('/').map(levelOf);
  const filter = pattern.map(({ kind, text }) => (kind === 'part' ? '+' : text)).join('/');
  return { filter, match: (levels) => matchLevels(pattern, levels) };
}

function levelOf(text: string): Level {
  const named = /^([^{]*)\{(.*)\}([^}]*)$/.exec(text);
  if (named !== null) {
    const [, before, name, after] = named as unknown as [string, string, string, string];
    return { kind: 'part', text: name, before, after };
  }
  return { kind: text === '+' ? 'any' : text === '#' ? 'rest' : 'text', text, before: '', after: '' };
}

/** MQTT 3.1.1, 4.7: `#` also matches the parent level; wildcards do not match a first level that begins with `$`. */
function matchLevels(pattern: readonly Level[], levels: readonly string[]): ReadonlyMap<string, string> | null {
  if (levels[0]?.startsWith('$') && pattern[0]?.kind !== 'text') return null;
  let parts: Map<string, string> | null = null;
  for (let i = 0; i < pattern.length; i++) {
    const { kind, text, before, after } = pattern[i] as Level;
    if (kind === 'rest') return parts ?? NO_PARTS;
    const level = levels[i];
    if (level === undefined) return null;
    if (kind === 'text' && level !== text) return null;
    if (kind !== 'part') continue;
    const isFitting = level.length > before.length + after.length && level.startsWith(before) && level.endsWith(after);
    if (!isFitting) return null;
    parts ??= new Map();
    parts.set(text, level.slice(before.length, level.length - after.length));
  }
  return levels.length === pattern.length ? (parts ?? NO_PARTS) : null;
}

/** Whether the filter `wide` fits every topic that `narrow` fits. */
export function includesFilter(wide: string, narrow: string): boolean {
  const wideLevels = wide.split('/');
  const narrowLevels = narrow.split('/');
  if (narrow.startsWith('$') && (wideLevels[0] === '#' || wideLevels[0] === '+')) return false;
  for (const [i, level] of wideLevels.entries()) {
    if (level === '#') return true;
    const other = narrowLevels[i];
    if (other === undefined || other === '#') return false;
    if (level !== '+' && level !== other) return false;
  }
  return wideLevels.length === narrowLevels.length;
}
