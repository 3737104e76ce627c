// The newest messages, read with the profile as it is now: a cell for each, and each fault as a sentence with its remedy.

import type { PreviewReply, ProfileRule } from '@gonsters/contract';
import { useState } from 'react';
import { Dialog } from '../../../../components/ui/dialog/dialog.tsx';
import { refusalText } from '../list/stream-text.ts';
import { MachineForm, type Naming } from '../message/machine-form.tsx';
import { remedyOf } from '../model/remedies.ts';
import { useIncomingText } from '../use-incoming-text.ts';

export function PreviewCard({
  preview,
  isTaken,
  rule,
  at,
  naming,
  onShow,
  onRule,
}: {
  preview: Omit<PreviewReply, 'status'>;
  /** It is what became of the messages, whatever the profile is now. */
  isTaken: boolean;
  rule: ProfileRule;
  /** The message that is shown. */
  at: number;
  naming: Naming;
  onShow: (at: number) => void;
  onRule: (rule: ProfileRule) => void;
}) {
  const texts = useIncomingText();
  const { say } = texts;
  const [called, setCalled] = useState<string | null>(null);
  const { results, summary } = preview;
  const { stored, partly, refused, ignored } = summary;
  const title = say(isTaken ? 'preview.taken' : 'preview.title', { count: results.length });
  const firstWith = (reason: string, field: string) =>
    results.findIndex(({ faults }) => faults.some((fault) => fault.reason === reason && fault.field === field));
  const values = Math.max(0, ...results.map(({ readings }) => readings[0]?.values.length ?? 0));
  return (
    <section className="preview" aria-label={title}>
      <div>
        <h3>{title}</h3>
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the buttons that step through the messages are its keys */}
        <div
          className="preview-cells"
          role="img"
          aria-label={say('preview.cells', { stored, partly, refused, ignored })}
          onClick={(event) => {
            const cell = event.target instanceof HTMLElement ? event.target.dataset.at : undefined;
            if (cell !== undefined) onShow(Number(cell));
          }}
        >
          {results.map((result, index) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place
              key={index}
              data-at={index}
              className={`is-${result.outcome} ${index === at ? 'is-shown' : ''}`}
            />
          ))}
        </div>
      </div>
      <ul className="preview-faults">
        {stored > 0 ? (
          <Count count={stored}>{isTaken ? say('count.stored') : say('preview.stored', { count: values })}</Count>
        ) : null}
        {partly > 0 ? <Count count={partly}>{say('preview.partly')}</Count> : null}
        {refused > 0 ? <Count count={refused}>{say('preview.refused')}</Count> : null}
        {ignored > 0 ? <Count count={ignored}>{say('preview.ignored')}</Count> : null}
        {summary.faults.map(({ reason, field, count }) => {
          const first = firstWith(reason, field);
          const example = results[first]?.faults.find((fault) => fault.reason === reason && fault.field === field);
          const value = example?.value ?? null;
          const remedy = remedyOf(rule, reason, field, value);
          return (
            <Count key={`${reason} ${field}`} count={count} isFault>
              {field === '' ? null : <span className="id">{field}: </span>}
              {refusalText(texts, reason)}
              {value === null ? null : <span className="id"> ({String(value)})</span>}{' '}
              {first === -1 || first === at ? null : (
                <button type="button" className="text-link" onClick={() => onShow(first)}>
                  {say('preview.show')}
                </button>
              )}
              {remedy === null ? null : (
                <span className="preview-remedy">
                  {say(`remedy.${remedy.kind}`)}{' '}
                  {remedy.kind === 'machine' && typeof value === 'string' ? (
                    <button type="button" className="text-link" onClick={() => setCalled(value)}>
                      {say('preview.say_which')}
                    </button>
                  ) : null}
                  {remedy.rule === null ? null : (
                    <button type="button" className="text-link" onClick={() => remedy.rule && onRule(remedy.rule)}>
                      {say('preview.do_it')}
                    </button>
                  )}
                </span>
              )}
            </Count>
          );
        })}
      </ul>
      {naming.aliases.map(({ alias, machine }) => (
        <p key={alias} className="caption incoming-note">
          {say('machine.given', { name: machine.name, called: alias })}{' '}
          <button type="button" className="text-link" onClick={() => naming.onTakeBack(alias)}>
            {say('machine.undo')}
          </button>
        </p>
      ))}
      {called === null ? null : (
        <Dialog title={say('machine.which', { called })} onClose={() => setCalled(null)}>
          <MachineForm called={called} machine={null} naming={naming} onGiven={() => setCalled(null)} />
        </Dialog>
      )}
    </section>
  );
}

function Count({ count, isFault = false, children }: { count: number; isFault?: boolean; children: React.ReactNode }) {
  const { format } = useIncomingText();
  return (
    <li className={isFault ? 'is-fault' : ''}>
      <b className="number">{format.number(count)}</b>
      <span>{children}</span>
    </li>
  );
}
