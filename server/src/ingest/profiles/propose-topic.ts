// Proposes the topic filter of a rule.

export interface ProposedTopic {
  readonly filter: string;
  /** The filter has a part `machine`. */
  readonly hasMachine: boolean;
}

/** What a topic filter cannot contain as text. */
const SPECIAL = /[+#{}]/;

/**
 * Levels that differ become `+`, and the last level that is a known machine in all topics becomes `{machine}`. Where no level is a known
 * machine, the only level that differs is taken for it.
 */
export function proposeTopic(topics: readonly string[], isMachine: (id: string) => boolean): ProposedTopic {
  const split = topics.map((topic) => topic.split('/'));
  const length = Math.min(...split.map((levels) => levels.length));
  const isLong = split.some((levels) => levels.length > length);
  const columns = Array.from({ length }, (_, i) => split.map((levels) => levels[i] as string));
  const differs = columns.map((column) => column.some((level) => level !== column[0] || SPECIAL.test(level)));
  const known = columns.findLastIndex((column) => column.every(isMachine));
  const only = differs.filter(Boolean).length === 1 && !isLong ? differs.indexOf(true) : -1;
  const machineAt = known >= 0 ? known : only;
  const filter = columns.map((column, i) => (i === machineAt ? '{machine}' : differs[i] ? '+' : column[0]));
  if (isLong) filter.push('#');
  return { filter: filter.join('/'), hasMachine: machineAt >= 0 };
}
