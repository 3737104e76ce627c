// The routes in the order in which they are looked at; the last one takes what no other did.

import type { NotificationRoute } from '@gonsters/contract';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useReorder } from '../../../../components/ui/form/use-reorder.ts';
import { RowsSkeleton, SectionFailed } from '../../section-states.tsx';
import { useTellingNames } from '../../telling/use-telling-names.ts';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { RouteDialog } from './route-dialog.tsx';
import { RouteRow } from './route-row.tsx';
import { useRouteOrder, useRoutes } from './use-routes.ts';

export function RoutesCard() {
  const { say } = useTellingText();
  const query = useRoutes();
  const names = useTellingNames();
  const [open, setOpen] = useState<string | null>(null);
  const [editing, setEditing] = useState<NotificationRoute | 'new' | null>(null);
  const all = query.data?.routes ?? [];
  const { ordered, move } = useRouteOrder(all.filter(({ is_default: last }) => !last));
  const reorder = useReorder(move);
  const last = all.find(({ is_default: isDefault }) => isDefault);
  const shown = last === undefined ? ordered : [...ordered, last];
  return (
    <section className="card" aria-label={say('routes.title')}>
      <div className="card-head">
        <h2>{say('routes.title')}</h2>
        <span className="caption">{say('routes.hint')}</span>
        <span className="flex-1" />
        <button
          type="button"
          className="button button-small"
          disabled={query.data === undefined}
          onClick={() => setEditing('new')}
        >
          <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
          {say('routes.add')}
        </button>
      </div>
      {query.isError && !query.data ? <SectionFailed error={query.error} onRetry={query.refetch} /> : null}
      {query.isPending ? <RowsSkeleton /> : null}
      <ol data-reorder>
        {shown.map((route, place) => (
          <RouteRow
            key={route.id}
            route={route}
            place={place}
            count={ordered.length}
            names={names}
            problems={query.data?.problems.filter((each) => each.route_id === route.id) ?? []}
            reorder={reorder}
            open={open === route.id}
            onOpen={() => setOpen(open === route.id ? null : route.id)}
            onEdit={() => setEditing(route)}
          />
        ))}
      </ol>
      {editing === null ? null : (
        <RouteDialog route={editing === 'new' ? null : editing} names={names} onClose={() => setEditing(null)} />
      )}
    </section>
  );
}
