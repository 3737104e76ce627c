// One route: for which alerts it is, its chain, and what is wrong with it.

import type { NotificationRoute, RouteProblem } from '@gonsters/contract';
import { ChevronDown, ChevronUp, GripVertical, Pencil, Power, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTellingApi } from '../../../../api/telling/use-telling-api.ts';
import type { useReorder } from '../../../../components/ui/form/use-reorder.ts';
import { toast } from '../../../../components/ui/toast.ts';
import { ConfirmDialog } from '../../confirm-dialog.tsx';
import { managementFaultText } from '../../management-fault.ts';
import { OpenMark } from '../../telling/open-mark.tsx';
import type { TellingNames } from '../../telling/use-telling-names.ts';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { ChainLine, ChainSteps } from './chain-view.tsx';
import { matchText, problemText, routeName } from './route-text.ts';
import { useRefreshRoutes } from './use-routes.ts';

export function RouteRow({
  route,
  place,
  count,
  names,
  problems,
  reorder,
  open,
  onOpen,
  onEdit,
}: {
  route: NotificationRoute;
  place: number;
  /** Of those that can be moved. */
  count: number;
  names: TellingNames;
  problems: readonly RouteProblem[];
  reorder: ReturnType<typeof useReorder>;
  open: boolean;
  onOpen: () => void;
  onEdit: () => void;
}) {
  const { say } = useTellingText();
  const name = routeName(say, route);
  const Chevron = open ? ChevronUp : ChevronDown;
  const match = matchText(say, names, route.match);
  const caption = [
    route.is_default ? say('routes.always') : match === '' ? say('routes.any') : match,
    ...(route.continue ? [say('routes.continue')] : []),
    ...(route.is_active ? [] : [say('routes.off')]),
  ].join(' · ');
  return (
    <li {...(route.is_default ? {} : reorder.row(place))}>
      <div className={`route-row ${open ? 'is-open' : ''} ${route.is_active ? '' : 'is-off'}`}>
        {route.is_default ? (
          <span />
        ) : (
          <button
            type="button"
            className="drag-grip"
            aria-label={say('routes.move', { name, place: place + 1, count })}
            {...reorder.handle(place)}
          >
            <GripVertical size={16} strokeWidth={1.5} aria-hidden="true" />
          </button>
        )}
        <span className="route-number">{place + 1}</span>
        <div className="min-w-0">
          <b className="route-name">{name}</b>
          <span className="caption block">{caption}</span>
          {problems.map((problem) => (
            <span key={`${problem.step} ${problem.text}`} className="channel-fails caption warn">
              <OpenMark />
              <span>{problemText(say, names, problem)}</span>
            </span>
          ))}
        </div>
        {open ? <span className="chain-line" /> : <ChainLine chain={route.chain} names={names} />}
        <button
          type="button"
          className="button button-quiet button-icon button-small"
          aria-expanded={open}
          aria-label={say('routes.open', { name })}
          onClick={onOpen}
        >
          <Chevron size={16} strokeWidth={1.5} aria-hidden="true" />
        </button>
      </div>
      {open ? (
        <div className="route-open">
          <ChainSteps chain={route.chain} names={names} />
          <RouteTools route={route} name={name} onEdit={onEdit} />
        </div>
      ) : null}
    </li>
  );
}

function RouteTools({ route, name, onEdit }: { route: NotificationRoute; name: string; onEdit: () => void }) {
  const { say, t } = useTellingText();
  const api = useTellingApi();
  const refresh = useRefreshRoutes();
  const [removing, setRemoving] = useState(false);
  const [busy, setBusy] = useState(false);
  const toggle = async () => {
    setBusy(true);
    try {
      await api.changeRoute(route.id, { is_active: !route.is_active });
    } catch (error) {
      toast.error(managementFaultText(t, error));
    }
    await refresh();
    setBusy(false);
  };
  return (
    <div className="route-tools">
      <button type="button" className="button button-small" onClick={onEdit}>
        <Pencil size={14} strokeWidth={1.5} aria-hidden="true" />
        {say('routes.edit')}
      </button>
      {route.is_default ? null : (
        <>
          <button
            type="button"
            className="button button-small button-quiet"
            disabled={busy}
            onClick={() => void toggle()}
          >
            <Power size={14} strokeWidth={1.5} aria-hidden="true" />
            {say(route.is_active ? 'routes.switch_off' : 'routes.switch_on')}
          </button>
          <button type="button" className="button button-small button-quiet" onClick={() => setRemoving(true)}>
            <Trash2 size={14} strokeWidth={1.5} aria-hidden="true" />
            {say('routes.remove')}
          </button>
        </>
      )}
      {removing ? (
        <ConfirmDialog
          title={say('routes.remove.title', { name })}
          confirm={say('routes.remove')}
          run={async () => {
            await api.removeRoute(route.id);
            await refresh();
            toast.success(say('routes.removed', { name }));
          }}
          onClose={() => setRemoving(false)}
        >
          <p>{say('routes.remove.hint')}</p>
        </ConfirmDialog>
      ) : null}
    </div>
  );
}
