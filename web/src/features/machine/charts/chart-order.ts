// The order of charts.

/** `name` takes the place of `other`; the others move on. */
export function moveBefore(names: readonly string[], name: string, other: string): string[] {
  const [from, to] = [names.indexOf(name), names.indexOf(other)];
  if (to < 0 || name === other) return [...names];
  const rest = names.filter((each) => each !== name);
  // One that comes from above ends up below the other one, so that it can be moved to the end as well.
  rest.splice(from >= 0 && from < to ? rest.indexOf(other) + 1 : rest.indexOf(other), 0, name);
  return rest;
}
