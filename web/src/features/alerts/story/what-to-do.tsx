// What to do about an alert, why it happens, and what happens if nothing is done.

import type { Alert } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { Pencil } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { conditionsApi } from '../../../api/conditions-api.ts';
import { useApi, useMay } from '../../../api/use-api.ts';
import { useConditionText } from '../../../i18n/conditions/use-condition-text.ts';
import { durationText } from '../../../i18n/duration-text.ts';
import { useStoryText } from '../../../i18n/story/use-story-text.ts';

const WhatToDoDialog = lazy(async () => ({ default: (await import('./what-to-do-dialog.tsx')).WhatToDoDialog }));

/** Kinds that no condition of a person can describe. */
const canDescribe = ({ condition, machine_id }: Alert) =>
  machine_id !== null && condition !== 'gateway' && condition !== 'notification';

export function WhatToDo({ alert }: { alert: Alert }) {
  const { t, say } = useStoryText();
  const mayEdit = useMay('write:machines') && canDescribe(alert);
  const [open, setOpen] = useState(false);
  const { response, cause, consequence, time_to_respond_seconds: seconds } = alert;
  const isEmpty = response === null && cause === null && consequence === null && seconds === null;
  if (isEmpty && !canDescribe(alert)) return null;
  return (
    <section className="card" aria-labelledby="what-to-do">
      <div className="card-head">
        <h2 id="what-to-do">{say('story.todo')}</h2>
        <Scope alert={alert} />
        <span className="flex-1" />
        {mayEdit ? (
          <button type="button" className="button button-quiet button-small" onClick={() => setOpen(true)}>
            <Pencil size={16} strokeWidth={1.5} aria-hidden="true" />
            {say(isEmpty ? 'story.todo.write' : 'story.todo.edit')}
          </button>
        ) : null}
      </div>
      {isEmpty ? (
        <p className="hint">
          {say('story.todo.none')} {mayEdit ? say('story.todo.none.hint') : null}
        </p>
      ) : (
        <dl className="what-to-do">
          <Part
            label={say('story.todo.response')}
            more={seconds === null ? null : say('story.todo.within', { time: durationText(t, seconds) })}
          >
            {response}
          </Part>
          <Part label={say('story.todo.cause')}>{cause}</Part>
          <Part label={say('story.todo.consequence')}>{consequence}</Part>
        </dl>
      )}
      {open ? (
        <Suspense>
          <WhatToDoDialog alert={alert} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </section>
  );
}

function Part({ label, more = null, children }: { label: string; more?: string | null; children: ReactNode }) {
  return (
    <div>
      <dt className="label">
        {label} {more === null ? null : <b>{more}</b>}
      </dt>
      <dd>{children ?? '–'}</dd>
    </div>
  );
}

/** For which machines it was written. */
function Scope({ alert }: { alert: Alert }) {
  const { scopeText } = useConditionText();
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['conditions', 'of-alert', alert.condition_id],
    queryFn: ({ signal }) =>
      conditionsApi(api.client).list(alert.condition === 'connection' ? {} : { metric: alert.metric }, signal),
    enabled: alert.condition_id !== null,
  });
  const condition = data?.find(({ id }) => id === alert.condition_id);
  if (condition === undefined) return null;
  return <span className="caption ellipsis">{scopeText(condition.scope, alert.machine_name)}</span>;
}
