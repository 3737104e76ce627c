// A sentence about the next gap, with the button that fills it. Nothing where there is none.

import { useState } from 'react';
import { useMay } from '../../../api/use-api.ts';
import { OpenMark } from '../telling/open-mark.tsx';
import { useTellingText } from '../telling/use-telling-text.ts';
import { nextGaps } from './next-gaps.ts';
import { OverrideDialog, type OverrideStart } from './override-dialog.tsx';
import { dayAndTime, formatIn, useSchedules } from './use-duty.ts';

export function GapNotice() {
  const { say, language } = useTellingText();
  const mayManage = useMay('write:machines');
  const [filling, setFilling] = useState<OverrideStart | null>(null);
  const [gap, ...others] = nextGaps(useSchedules().data ?? []);
  const dialog =
    filling === null ? null : (
      <OverrideDialog start={filling} title={say('override.fill')} onClose={() => setFilling(null)} />
    );
  if (gap === undefined) return dialog;
  const format = formatIn(language, gap.zone);
  const range = {
    from: dayAndTime(format, gap.fromMs),
    to: `${dayAndTime(format, gap.toMs)} ${format.zone(gap.fromMs)}`,
  };
  return (
    <div className="card telling-note" role="status">
      <OpenMark />
      <span className="flex-1">
        <b>{say('gap.sentence', { name: gap.name, ...range })}</b>{' '}
        {others.length > 0 ? say('gap.more', { count: others.length }) : say('duty.gap.hint')}
      </span>
      {mayManage ? (
        <button type="button" className="button button-small" onClick={() => setFilling(gap)}>
          {say('gap.fill')}
        </button>
      ) : null}
      {dialog}
    </div>
  );
}
