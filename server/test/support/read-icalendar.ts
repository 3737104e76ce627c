// Reads iCalendar as RFC 5545 has it, and refuses what it does not permit.

export interface ReadEvent {
  uid: string;
  stampMs: number;
  fromMs: number;
  toMs: number;
  summary: string;
  description: string;
}

const NAME = /^([A-Z-]+)((?:;[A-Z-]+=[^;:,"]+)*):(.*)$/s;
const UTC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** @throws Error where it is not valid */
export function readICalendar(text: string): { name: string; events: ReadEvent[] } {
  if (!text.endsWith('\r\n')) throw new Error('The last line has no end');
  const lines = text.slice(0, -2).split('\r\n');
  for (const line of lines) {
    if (Buffer.byteLength(line) > 75) throw new Error(`A line has more than 75 octets: ${line}`);
    if (/[\r\n\uFFFD]/.test(line)) throw new Error(`A line is broken: ${line}`);
  }
  const unfolded = lines.join('\r\n').replaceAll('\r\n ', '').split('\r\n').map(property);
  const [first, version] = unfolded;
  if (first?.name !== 'BEGIN' || first.value !== 'VCALENDAR') throw new Error('It does not begin as a calendar');
  if (version?.name !== 'VERSION' || version.value !== '2.0') throw new Error('It has no version');
  const last = unfolded.pop();
  if (last?.name !== 'END' || last.value !== 'VCALENDAR') throw new Error('It does not end as a calendar');
  const events: ReadEvent[] = [];
  const calendar = new Map<string, string>();
  let open: Map<string, string> | null = null;
  for (const { name, value } of unfolded.slice(1)) {
    if (name === 'BEGIN' && value === 'VEVENT' && open === null) open = new Map();
    else if (name === 'END' && value === 'VEVENT' && open !== null) {
      events.push(eventOf(open));
      open = null;
    } else {
      const target = open ?? calendar;
      if (target.has(name)) throw new Error(`${name} is there twice`);
      target.set(name, value);
    }
  }
  if (open !== null) throw new Error('An event does not end');
  if (!calendar.has('PRODID')) throw new Error('PRODID is missing');
  if (new Set(events.map(({ uid }) => uid)).size !== events.length) throw new Error('Two events have the same UID');
  return { name: textOf(calendar.get('X-WR-CALNAME') ?? ''), events };
}

function property(line: string): { name: string; value: string } {
  const match = NAME.exec(line);
  if (match === null) throw new Error(`It is not a property: ${line}`);
  return { name: match[1] as string, value: match[3] as string };
}

function eventOf(properties: ReadonlyMap<string, string>): ReadEvent {
  const get = (name: string) => {
    const value = properties.get(name);
    if (value === undefined) throw new Error(`${name} is missing`);
    return value;
  };
  return {
    uid: textOf(get('UID')),
    stampMs: utcOf(get('DTSTAMP')),
    fromMs: utcOf(get('DTSTART')),
    toMs: utcOf(get('DTEND')),
    summary: textOf(get('SUMMARY')),
    description: textOf(properties.get('DESCRIPTION') ?? ''),
  };
}

function utcOf(text: string): number {
  const match = UTC.exec(text);
  if (match === null) throw new Error(`It is not a time in UTC: ${text}`);
  const [, year, month, day, hour, minute, second] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function textOf(value: string): string {
  if (/(^|[^\\])(\\\\)*[;,]/.test(value)) throw new Error(`A comma or semicolon is not escaped: ${value}`);
  return value.replace(/\\(.)/gs, (_, character: string) => {
    if (character === 'n' || character === 'N') return '\n';
    if (!';,\\'.includes(character)) throw new Error(`It is no escape: \\${character}`);
    return character;
  });
}
