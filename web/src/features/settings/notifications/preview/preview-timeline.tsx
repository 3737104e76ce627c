// The steps of an answer with their times, gaps included.

import type { RoutePreview } from '@gonsters/contract';
import { useTellingNames } from '../../telling/use-telling-names.ts';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { type PersonTold, type PreviewRow, previewRows } from './preview-rows.ts';

export function PreviewTimeline({ preview }: { preview: RoutePreview }) {
  const { say, format } = useTellingText();
  const rows = previewRows(preview);
  const endMs = Date.parse(preview.ends_at);
  const startMs = rows[0]?.atMs ?? endMs;
  const isLong = format.fullDay(startMs) !== format.fullDay(endMs);
  const time = (atMs: number) => (
    <time dateTime={new Date(atMs).toISOString()}>
      {format.minute(atMs)}
      {isLong ? <small>{format.day(atMs)}</small> : null}
    </time>
  );
  return (
    <div role="status">
      <ol className="timeline">
        {rows.map((row) => (
          <li key={row.key} className={row.gap === null ? '' : 'is-gap'}>
            {time(row.atMs)}
            <div>{row.gap === null ? <Told row={row} /> : <Nobody row={row} />}</div>
          </li>
        ))}
        <li className="is-end">
          {time(endMs)}
          <div>
            <b>{preview.nobody ? say('preview.nobody') : say('preview.ends')}</b>
            <p>{say('preview.ends.hint')}</p>
          </div>
        </li>
      </ol>
    </div>
  );
}

function Nobody({ row }: { row: PreviewRow }) {
  const { say } = useTellingText();
  return (
    <>
      <b>{say(row.isAgain ? 'preview.again' : 'preview.gap')}</b>
      <p>{row.isAgain ? `${row.target}: ${say('preview.again_hint')}` : `${row.target}: ${row.gap}`}</p>
    </>
  );
}

function Told({ row }: { row: PreviewRow }) {
  return (
    <>
      {row.tells.map((told) => (
        <TellPerson key={`${told.name} ${told.by[0]?.contact}`} told={told} target={row.target} />
      ))}
    </>
  );
}

function TellPerson({ told, target }: { told: PersonTold; target: string }) {
  const { say } = useTellingText();
  const names = useTellingNames();
  const isPerson = told.by[0]?.person !== null;
  const notes = [...new Set(told.by.flatMap(({ note }) => note ?? []))];
  return (
    <>
      <b>{isPerson || told.name !== '' ? told.name : target}</b>
      {isPerson ? <p>{target}</p> : null}
      <p>
        {told.by
          .map(({ channel_id: id, kind, contact }) => {
            const channel = names.channel(id) ?? kind;
            return isPerson && contact !== '' ? say('preview.by', { channel, contact }) : channel;
          })
          .join(', ')}
        {notes.length === 0 ? null : ` – ${notes.join(', ')}`}
      </p>
    </>
  );
}
