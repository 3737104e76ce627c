// A duration as people say it.

/** The two largest units: `45 s`, `1 h`, `1 h 30 min`, `2 d`. */
export function spokenDuration(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const;
  const shown: string[] = [];
  let rest = Math.round(seconds);
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) shown.push(`${count} ${unit}`);
    if (shown.length === 2) break;
  }
  return shown.length === 0 ? '0 s' : shown.join(' ');
}
