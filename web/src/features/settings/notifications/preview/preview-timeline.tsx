// The steps of an answer with their times, gaps included.

import type { RoutePreview } from '@gonsters/contract';
import { useTellingNames } from '../../telling/use-telling-names.ts';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { targetText } from '../routes/route-text.ts';
import { useRoutes } from '../routes/use-routes.ts';
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
  const why = target.isDuty || row.gap === null ? '' : `: ${row.gap}`;
  return (
    <>
      <b>{say(row.isAgain ? 'preview.again' : target.isDuty ? 'preview.gap.duty' : 'preview.gap')}</b>
      <p>{row.isAgain ? `${target.text}: ${say('preview.again_hint')}` : target.text + why}</p>
    </>
  );
}

function Told({ row, target }: { row: PreviewRow; target: string }) {
  return (
    <>
      {row.tells.map((told) => (
        <TellPerson key={`${told.name} ${told.by[0]?.contact}`} told={told} target={target} />
      ))}
      {row.gap === null ? null : <p className="warn">{row.gap}</p>}
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
  const { say } = useTellingText();
  const names = useTellingNames();
  const routes = useRoutes().data?.routes ?? [];
  return ({ routeId, number, target }) => {
    const step = routes.find(({ id }) => id === routeId)?.chain.steps[number - 1];
    if (step === undefined) return { text: target, isDuty: false };
    return {
      text: step.tell.map((each) => targetText(say, names, each)).join(', '),
      isDuty: step.tell.every(({ kind }) => kind === 'duty'),
    };
  };
}

function TellPerson({ told, target }: { told: PersonTold; target: string }) {
  const { say } = useTellingText();
  const names = useTellingNames();
  const isPerson = told.by[0]?.person !== null;
  const notes = [...new Set(told.by.flatMap(({ note }) => note ?? []))];
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
