// The conditions beyond the limits of a machine, a type or a metric, as sentences; each can be changed by who may.

import type { Condition } from '@gonsters/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { conditionsApi } from '../../../api/conditions-api.ts';
import { useApi, useMay } from '../../../api/use-api.ts';
import { useConditionText } from '../../../i18n/conditions/use-condition-text.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { LoadFailed } from '../../ui/load-failed.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.ts';
import { StatusWord } from '../machines/status-mark.tsx';
import { useFleetMetrics } from '../metrics/use-type-metrics.ts';
import { type ConditionContext, isOfContext } from './condition-scopes.ts';
import { conditionSentence } from './condition-sentence.ts';
import '../../../styles/conditions.css';

const ConditionDialog = lazy(async () => ({ default: (await import('./condition-dialog.tsx')).ConditionDialog }));

export function ConditionsCard({ context }: { context: ConditionContext }) {
  const { say } = useConditionText();
  const api = useApi();
  const mayWrite = useMay('write:machines');
  const mayConfigure = useMay('write:config');
  // Of the plant only Management may add one.
  const mayAdd = mayWrite && (mayConfigure || context.machineId !== null || context.sensorType !== null);
  const [edited, setEdited] = useState<Condition | 'new' | null>(null);
  const { metric } = context;
  const list = useQuery({
    queryKey: ['conditions', 'list', metric],
    queryFn: ({ signal }) => conditionsApi(api.client).list(metric === null ? {} : { metric }, signal),
  });
  // The most specific first.
  const known = (list.data ?? []).filter((condition) => isOfContext(condition, context));
  const shown = known.filter(({ kind }) => kind !== 'level').toReversed();
  return (
    <section className="card" aria-labelledby="conditions">
      <div className="card-head">
        <h2 id="conditions">{say('conditions.title')}</h2>
        <span className="flex-1" />
        {mayAdd ? (
          <button type="button" className="button button-small" onClick={() => setEdited('new')}>
            <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
            {say('conditions.add')}
          </button>
        ) : null}
      </div>
      {list.data === undefined ? (
        list.error === null ? (
          <div className="p-4">
            <Skeleton width="70%" height={20} />
          </div>
        ) : (
          <LoadFailed title={say('conditions.failed')} error={list.error} onRetry={list.refetch} />
        )
      ) : shown.length === 0 ? (
        <p className="caption conditions-none">{say('conditions.none')}</p>
      ) : (
        <ul className="conditions" aria-labelledby="conditions">
          {shown.map((condition) => (
            <ConditionRow
              key={condition.id}
              condition={condition}
              machineName={context.machineName}
              mayWrite={condition.scope.level === 'plant' ? mayConfigure : mayWrite}
              onEdit={() => setEdited(condition)}
            />
          ))}
        </ul>
      )}
      {edited === null ? null : (
        <Suspense>
          <ConditionDialog
            context={context}
            condition={edited === 'new' ? null : edited}
            known={known}
            onClose={() => setEdited(null)}
          />
        </Suspense>
      )}
    </section>
  );
}

function ConditionRow({
  condition,
  machineName,
  mayWrite,
  onEdit,
}: {
  condition: Condition;
  machineName: string;
  mayWrite: boolean;
  onEdit: () => void;
}) {
  const words = useConditionText();
  const { t, say, scopeText } = words;
  const fleet = useFleetMetrics();
  const api = useApi();
  const queries = useQueryClient();
  const sentence = conditionSentence(words, condition, fleet.named);
  const remove = async () => {
    const requests = conditionsApi(api.client);
    const { id: _, created_at, updated_at, ...input } = condition;
    const refresh = () => queries.invalidateQueries({ queryKey: ['conditions'] });
    try {
      await requests.remove(condition.id);
      await refresh();
      toast.success(say('conditions.removed', { sentence }), {
        action: {
          label: say('conditions.undo'),
          onClick: () =>
            void requests.add(given(input)).then(refresh, (error: unknown) => toast.error(errorText(t, error))),
        },
      });
    } catch (error) {
      toast.error(errorText(t, error));
    }
  };
  return (
    <li className={condition.is_active ? '' : 'is-off'}>
      <div className="condition-words">
        <b>{sentence}</b>
        <span className="caption">
          {[
            scopeText(condition.scope, machineName),
            condition.is_active ? null : say('conditions.off'),
            condition.response,
          ]
            .filter((part) => part !== null)
            .join(' · ')}
        </span>
      </div>
      {condition.severity === null ? null : (
        <StatusWord condition={`${condition.severity}_acked`}>{t(`status.${condition.severity}`)}</StatusWord>
      )}
      {mayWrite ? (
        <span className="condition-buttons">
          <button
            type="button"
            className="button button-quiet button-icon button-small"
            aria-label={say('conditions.edit', { sentence })}
            title={say('conditions.edit', { sentence })}
            onClick={onEdit}
          >
            <Pencil size={16} strokeWidth={1.5} />
          </button>
          <button
            type="button"
            className="button button-quiet button-icon button-small"
            aria-label={`${say('conditions.remove')}: ${sentence}`}
            title={say('conditions.remove')}
            onClick={() => void remove()}
          >
            <Trash2 size={16} strokeWidth={1.5} />
          </button>
        </span>
      ) : null}
    </li>
  );
}

/** Fields that a kind does not have are null in replies, and refused in requests of some kinds. */
const given = <Fields extends object>(
  fields: Fields,
): Fields & Parameters<ReturnType<typeof conditionsApi>['add']>[0] =>
  Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== null || name === 'metric')) as Fields &
    Parameters<ReturnType<typeof conditionsApi>['add']>[0];
