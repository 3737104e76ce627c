// The names under which devices send the time of a reading and the id of the machine, whatever their case and separators.

/** Names of the time, the most certain first. */
const TIME_NAMES = [
  ...['timestamp', 'ts', 'time', 'datetime', 'timestampms', 'timestamputc', 'tsms', 'timems', 'timeutc', 'utc'],
  ...['sourcetimestamp', 'eventtime', 'measuredat', 'unixtime', 'epoch', 'servertimestamp', 'lastseen'],
];
const TIME_RANK = new Map(TIME_NAMES.map((name, rank) => [name, rank]));

/** Names of ids, the most certain first. */
const ID_NAMES = [
  ...['machineid', 'machine', 'devicename', 'deviceid', 'device', 'deveui', 'eui', 'serialnumber', 'serial', 'sn'],
  ...['assetid', 'asset', 'equipmentid', 'equipment', 'thingid', 'thing', 'sensorid', 'imei', 'mac', 'macaddress'],
  ...['uuid', 'node', 'hostname', 'host'],
];
const ID_RANK = new Map(ID_NAMES.map((name, rank) => [name, rank]));

/** `sourceTimestamp`, `source_timestamp` and `Source-Timestamp` are one name. */
const plain = (field: string) => field.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The ranks of fields as devices write them, because this is asked for every field of a reading without `timestamp`. */
const knownRanks = new Map<string, number>();
const MAX_KNOWN = 10_000;
const NO_TIME = -1;

function timeRankOf(field: string): number {
  const known = knownRanks.get(field);
  if (known !== undefined) return known;
  const rank = TIME_RANK.get(plain(field)) ?? NO_TIME;
  // A device may invent fields.
  if (knownRanks.size >= MAX_KNOWN) knownRanks.clear();
  knownRanks.set(field, rank);
  return rank;
}

/** The field that holds the time; undefined where there is none. `t` counts as well where `isShort`. */
export function timeFieldOf(record: Record<string, unknown>, isShort = false): string | undefined {
  let best: string | undefined;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const field in record) {
    let rank = timeRankOf(field);
    if (rank === NO_TIME && isShort && field === 't') rank = TIME_NAMES.length;
    if (rank === NO_TIME || rank >= bestRank) continue;
    const value = record[field];
    if (typeof value === 'object' && value !== null) continue;
    best = field;
    bestRank = rank;
  }
  return best;
}

/** The fields that identify the machine, the most certain first. */
export function idFieldsOf(record: Record<string, unknown>): string[] {
  return Object.keys(record)
    .filter(
      (field) => ID_RANK.has(plain(field)) && (typeof record[field] === 'string' || typeof record[field] === 'number'),
    )
    .sort((a, b) => (ID_RANK.get(plain(a)) as number) - (ID_RANK.get(plain(b)) as number));
}

/** The value of the first of the fields that the record has. */
export function firstOf(record: Record<string, unknown>, fields: readonly string[]): unknown {
  for (const field of fields) if (record[field] !== undefined) return record[field];
}
