// The conditions that ring most, each with the smallest change that would quieten it: applied with one click, undone with one.

import type { BadActor } from '@gonsters/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { backtestApi } from '../../../api/backtest-api.ts';
import { useApi } from '../../../api/use-api.ts';
import { LoadFailed } from '../../../components/ui/load-failed.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { useFiguresText } from '../../../i18n/figures/use-figures-text.ts';
import { ActorRow } from './actor-row.tsx';

const COMPUTING_MS = 3_000;
const UNDO_MS = 30_000;

export function BadActors({ span, location }: { span: { fromMs: number; toMs: number }; location: string }) {
  const { t, say, format } = useFiguresText();
  const api = useApi();
  const requests = backtestApi(api.client);
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['alerts', 'bad-actors', span.fromMs, span.toMs],
    queryFn: ({ signal }) => requests.badActors(span, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.computing == null ? false : COMPUTING_MS),
  });
  const refresh = () =>
    Promise.all(
      [['alerts', 'bad-actors'], ['limits'], ['conditions'], ['metrics']].map((queryKey) =>
        queries.invalidateQueries({ queryKey }),
      ),
    );
  const failed = (reason: unknown) => toast.error(say('actors.change_failed', { reason: errorText(t, reason) }));
  const undo = useMutation({
    mutationFn: ({ id }: { id: string; machine: string }) => requests.undoImprovement(id),
    onSuccess: (_, { machine }) => toast.success(say('actors.undone', { machine })),
    onError: failed,
    onSettled: refresh,
  });
  const apply = useMutation({
    mutationFn: async ({ actor }: { actor: BadActor; words: string }) => {
      const { machine_id: machineId, metric, limit_kind: kind, suggestion } = actor;
      if (machineId === null || kind === 'stale' || suggestion === null) throw new Error('nothing to apply');
      return requests.applyImprovement({
        machine_id: machineId,
        metric,
        limit_kind: kind,
        changes: suggestion.changes,
      });
    },
    onSuccess: (id, { actor, words }) =>
      toast.success(say('actors.applied', { machine: actor.machine_name, changes: words }), {
        duration: UNDO_MS,
        action: { label: say('actors.undo'), onClick: () => undo.mutate({ id, machine: actor.machine_name }) },
      }),
    onError: failed,
    onSettled: refresh,
  });
  const actors = data?.actors.filter((actor) => location === '' || actor.location === location) ?? [];
  return (
    <section className="card overflow-hidden" aria-labelledby="bad-actors">
      <div className="card-head">
        <h2 id="bad-actors">{say('actors.title')}</h2>
        <span className="caption ellipsis">
          {actors.length > 0 ? say('actors.lead', { count: actors.length }) : null}
        </span>
        <span className="flex-1" />
        {data?.computing == null ? null : (
          <span className="caption">{say('actors.computing', { share: format.share(data.computing) })}</span>
        )}
      </div>
      {data === undefined ? (
        error ? (
          <LoadFailed title={say('actors.failed')} error={error} onRetry={refetch} />
        ) : (
          <div className="p-4">
            <Skeleton width="100%" height={260} />
          </div>
        )
      ) : actors.length === 0 ? (
        <p className="hint">{say('actors.none')}</p>
      ) : (
        <table className="plain-table actors" aria-labelledby="bad-actors">
          <thead>
            <tr>
              <th scope="col">{say('actors.column.machine')}</th>
              <th scope="col" className="right">
                {say('actors.column.count')}
              </th>
              <th scope="col" className="right">
                {say('actors.column.share')}
              </th>
              <th scope="col" className="right" title={say('actors.column.chatter.hint')}>
                {say('actors.column.chatter')}
              </th>
              <th scope="col" className="right">
                {say('actors.column.active')}
              </th>
              <th scope="col">{say('actors.column.suggestion')}</th>
            </tr>
          </thead>
          <tbody>
            {actors.map((actor) => (
              <ActorRow
                key={`${actor.machine_id} ${actor.machine_name} ${actor.metric} ${actor.condition} ${actor.limit_kind}`}
                actor={actor}
                computing={data.computing !== null}
                busy={apply.isPending || undo.isPending}
                onApply={(words) => apply.mutate({ actor, words })}
                onUndo={(id) => undo.mutate({ id, machine: actor.machine_name })}
              />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
