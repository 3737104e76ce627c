// The address of the limits of a metric: whose they are, and the suggestion that is put into the form.

export interface LimitsSearch {
  /** The machine one comes from. */
  machine?: string;
  /** The machine type, where it is not that of the machine. */
  sensor_type?: string;
  /** Whose limits are edited; where left out the most specific that the address names. */
  for?: 'machine' | 'type' | 'plant';
  range?: '24h' | '30d' | '90d';
  /** Changes of a suggestion, as JSON. */
  put?: string;
}

export function readLimitsSearch(search: Readonly<Record<string, unknown>>): LimitsSearch {
  const text = (name: string) => (typeof search[name] === 'string' && search[name] !== '' ? search[name] : undefined);
  const scope = (['machine', 'type', 'plant'] as const).find((each) => each === search.for);
  const range = (['24h', '30d', '90d'] as const).find((each) => each === search.range);
  const [machine, type, put] = [text('machine'), text('sensor_type'), text('put')];
  return {
    ...(machine === undefined ? {} : { machine }),
    ...(type === undefined ? {} : { sensor_type: type }),
    ...(scope === undefined ? {} : { for: scope }),
    ...(range === undefined ? {} : { range }),
    ...(put === undefined ? {} : { put }),
  };
}
