// What somebody has to do about a gateway: one sentence and one button.

import type { GatewayStatus } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useGatewayText } from '../../../components/domain/connect/use-gateway-text.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { reasonText } from '../../../components/domain/reason-text.ts';
import { ClockHint } from './clock-hint.tsx';
import type { GatewayProblem } from './gateway-problem.ts';

/** The machine is not known, or not named. */
const WITHOUT_MACHINE = new Set(['unknown_machine', 'no_machine']);

export function GatewayNote({
  gateway,
  problem,
  onEdit,
  onAdd,
}: {
  gateway: GatewayStatus;
  problem: GatewayProblem;
  onEdit: () => void;
  onAdd: () => void;
}) {
  const { t, say, format } = useGatewayText();
  switch (problem.kind) {
    case 'lost':
      return (
        <Note
          head={say('gateways.note.lost', { time: format.recent(problem.sinceMs, Date.now()) })}
          button={problem.alert === null ? null : <AlertLink id={problem.alert.id} />}
        >
          {problem.alert === null
            ? say('gateways.note.lost.alone')
            : say('gateways.note.lost.more', { count: problem.alert.machine_ids.length })}
        </Note>
      );
    case 'refused': {
      const { refused } = problem;
      const what = WITHOUT_MACHINE.has(refused.reason)
        ? say('gateways.note.no_machine')
        : reasonText(t, refused.reason);
      return (
        <Note head={what} button={<IncomingLink />}>
          {say('gateways.note.refused', { topic: refused.topic || '—', count: refused.count })}
        </Note>
      );
    }
    case 'conflict': {
      const { client_id: client, addresses, takeovers } = problem.conflict;
      return (
        <Note
          head={say('gateways.note.conflict', { client })}
          button={
            <button type="button" className="button button-small" onClick={onAdd}>
              {t('gateways.add')}
            </button>
          }
        >
          {takeovers === 0
            ? say('gateways.note.conflict.quiet', { addresses: addresses.join(', ') })
            : say('gateways.note.conflict.more', { addresses: addresses.join(', '), count: takeovers })}
        </Note>
      );
    }
    case 'review':
      return (
        <Note
          head={t('gateways.review')}
          button={
            <button type="button" className="button button-small" onClick={onEdit}>
              {t('gateways.review.open')}
            </button>
          }
        />
      );
    case 'clock':
      return <ClockHint gateway={gateway} clock={problem.clock} />;
  }
}

function Note({ head, button, children }: { head: string; button: ReactNode; children?: ReactNode }) {
  return (
    <div className="gateway-note">
      <span>
        <b>{head}</b> {children}
      </span>
      {button}
    </div>
  );
}

function AlertLink({ id }: { id: string }) {
  const { say } = useGatewayText();
  return (
    <Link
      to="/alerts"
      search={(search) => ({ ...keepPanelFilters(search), alert: id })}
      className="button button-small"
    >
      {say('gateways.note.alert')}
    </Link>
  );
}

function IncomingLink() {
  const { say } = useGatewayText();
  return (
    <Link
      to="/settings/{-$section}"
      params={{ section: 'incoming' }}
      search={keepPanelFilters}
      className="button button-small"
    >
      {say('gateways.note.incoming')}
    </Link>
  );
}
