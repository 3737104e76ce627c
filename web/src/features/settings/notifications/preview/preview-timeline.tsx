// The steps of an answer with their times, gaps included.

import type { RoutePreview } from '@gonsters/contract';
import { useReasonText } from '../../../../i18n/reasons/use-reason-text.ts';
import { useTellingNames } from '../../telling/use-telling-names.ts';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { type PersonTold, type PreviewRow, previewRows } from './preview-rows.ts';

export function PreviewTimeline({ preview }: { preview: RoutePreview }) {
  const { say, format } = useTellingText();
  const targetOf = useStepTargets();
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
          <li key={row.key} className={row.isNobody ? 'is-gap' : ''}>
            {time(row.atMs)}
            <div>
              {row.isNobody ? (
                <Nobody row={row} target={targetOf(row)} />
              ) : (
                <Told row={row} target={targetOf(row).text} />
              )}
            </div>
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

function Nobody({ row, target }: { row: PreviewRow; target: StepTarget }) {
  const { say } = useTellingText();
  const { reason } = useReasonText();
  const why = target.isDuty || row.gaps.length === 0 ? '' : `: ${row.gaps.map(reason).join('; ')}`;
  return (
    <>
      <b>{say(row.isAgain ? 'preview.again' : target.isDuty ? 'preview.gap.duty' : 'preview.gap')}</b>
      <p>{row.isAgain ? `${target.text}: ${say('preview.again_hint')}` : target.text + why}</p>
    </>
  );
}

function Told({ row, target }: { row: PreviewRow; target: string }) {
  const { reason } = useReasonText();
  return (
    <>
      {row.tells.map((told) => (
        <TellPerson key={`${told.name} ${told.by[0]?.contact}`} told={told} target={target} />
      ))}
      {row.gaps.length === 0 ? null : <p className="warn">{row.gaps.map(reason).join('; ')}</p>}
    </>
  );
}

interface StepTarget {
  text: string;
  /** Only those on duty are to be told. */
  isDuty: boolean;
}

/** Whom a step is to tell, in the language of the page. */
function useStepTargets(): (row: PreviewRow) => StepTarget {
  const { target } = useReasonText();
  return ({ targets }) => ({
    text: targets.map(target).join(', '),
    isDuty: targets.every(({ kind }) => kind === 'duty'),
  });
}

function TellPerson({ told, target }: { told: PersonTold; target: string }) {
  const { say } = useTellingText();
  const names = useTellingNames();
  const isPerson = told.by[0]?.person !== null;
  const { reason } = useReasonText();
  const notes = [...new Set(told.by.flatMap(({ note_reason: note }) => (note === null ? [] : reason(note))))];
  const channels = told.by.map(({ channel_id: id, kind, contact }) => {
    const channel = names.channel(id) ?? kind;
    return isPerson && contact !== '' ? say('preview.by', { channel, contact }) : channel;
  });
  const by = [...channels, ...notes].join(', ');
  return (
    <>
      <b>{told.name === '' ? by : told.name}</b>
      <p>{target}</p>
      {told.name === '' || by === told.name ? null : <p>{by}</p>}
    </>
  );
}
