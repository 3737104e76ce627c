// A chain drawn as time: on one line where the route is closed, with what each step says where it is open.

import type { Chain } from '@gonsters/contract';
import { Fragment } from 'react';
import { durationText } from '../../../../i18n/duration-text.ts';
import type { TellingNames } from '../../telling/use-telling-names.ts';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { chainNodes } from './chain-nodes.ts';
import { targetText } from './route-text.ts';

export function ChainLine({ chain, names }: { chain: Chain; names: TellingNames }) {
  const { say, t } = useTellingText();
  return (
    <div className="chain-line">
      {chainNodes(chain).map(({ number, step, afterSeconds }) => (
        <Fragment key={number}>
          {number === 1 ? null : <i aria-hidden="true" />}
          {afterSeconds === 0 ? null : (
            <>
              <em>{durationText(t, afterSeconds)}</em>
              <i aria-hidden="true" />
            </>
          )}
          <span>{step.tell.map((target) => targetText(say, names, target)).join(', ')}</span>
        </Fragment>
      ))}
    </div>
  );
}

export function ChainSteps({ chain, names }: { chain: Chain; names: TellingNames }) {
  const { say, t } = useTellingText();
  const time = (seconds: number) => durationText(t, seconds);
  return (
    <ol className="chain">
      {chainNodes(chain).map(({ number, step, afterSeconds }) => (
        <li key={number} className="chain-step">
          <span className="label">
            {afterSeconds === 0 ? say('chain.at_once') : say('chain.after', { time: time(afterSeconds) })}
          </span>
          {step.tell.map((target) => (
            <b key={JSON.stringify(target)}>{targetText(say, names, target)}</b>
          ))}
          {step.repeat === 0 ? null : (
            <small>{say('chain.repeats', { count: step.repeat, time: time(step.every_seconds) })}</small>
          )}
        </li>
      ))}
      <li className="chain-step is-end">
        <span className="label">{say('chain.stops')}</span>
        <b>{say(chain.stop_on_clear ? 'chain.stops.cleared' : 'chain.stops.acknowledged')}</b>
        <small>{say('chain.stops.hint')}</small>
      </li>
    </ol>
  );
}
