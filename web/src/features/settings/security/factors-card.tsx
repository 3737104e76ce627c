// The second factors of the signed-in user, and the recovery codes.

import type { Factor, SecondFactorsReply } from '@gonsters/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Fingerprint, KeyRound, ShieldCheck, Smartphone, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useSecurityApi } from '../../../api/security-api.ts';
import { useSession } from '../../../api/use-api.ts';
import { Dialog } from '../../../components/ui/dialog/dialog.tsx';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { RowsSkeleton, SectionFailed } from '../section-states.tsx';
import { type AddedFactor, AddFactor, type FactorKind } from './add-factor.tsx';
import { ConfirmAgainDialog } from './confirm-again-dialog.tsx';
import { passkeyObstacle } from './passkey-obstacle.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { useSecurityText } from './use-security-text.ts';

const KEY = ['second-factors'];

type Open =
  | { name: 'add'; kind: FactorKind }
  | { name: 'codes'; codes: readonly string[] }
  | { name: 'remove'; factor: Factor }
  | { name: 'new-codes' };

export function FactorsCard() {
  const { say } = useSecurityText();
  const api = useSecurityApi();
  const session = useSession();
  const queries = useQueryClient();
  const [open, setOpen] = useState<Open | null>(null);
  const query = useQuery({ queryKey: KEY, queryFn: ({ signal }) => api.secondFactors(signal) });
  const refresh = () => queries.invalidateQueries({ queryKey: KEY });
  const close = () => setOpen(null);
  const added = ({ name, recoveryCodes }: AddedFactor) => {
    // The codes say enough, and a message would lie over them on a phone.
    if (recoveryCodes === null) toast.success(say('add.done', { name }));
    setOpen(recoveryCodes === null ? null : { name: 'codes', codes: recoveryCodes });
    void refresh();
    // What the page knows of the user says that there is one now.
    void session.retry();
  };
  const data = query.data;
  return (
    <section className="card">
      <div className="card-head">
        <div>
          <h2>{say('factors.title')}</h2>
          <span className="caption">{say('factors.hint')}</span>
        </div>
      </div>
      {query.isError && !data ? <SectionFailed error={query.error} onRetry={query.refetch} /> : null}
      {query.isPending ? <RowsSkeleton /> : null}
      {data === undefined ? null : (
        <>
          {data.factors.length === 0 ? (
            <StateMessage icon={ShieldCheck} title={say('factors.none')}>
              {say('factors.none.hint')}
            </StateMessage>
          ) : (
            <ul>
              {data.factors.map((factor) => (
                <FactorRow
                  key={factor.id}
                  factor={factor}
                  canRemove={!data.required || data.factors.length > 1}
                  onRemove={() => setOpen({ name: 'remove', factor })}
                />
              ))}
            </ul>
          )}
          {data.factors.length > 0 ? (
            <div className="factor-row">
              <KeyRound size={20} strokeWidth={1.5} aria-hidden="true" />
              <div className="min-w-0">
                <h3>{say('codes.left', { count: data.recovery_codes_left })}</h3>
                <span className="caption block">{say('codes.hint')}</span>
              </div>
              <button type="button" className="button button-small" onClick={() => setOpen({ name: 'new-codes' })}>
                {say('codes.new')}
              </button>
            </div>
          ) : null}
          <AddButtons reply={data} onAdd={(kind) => setOpen({ name: 'add', kind })} />
        </>
      )}
      {open?.name === 'add' ? (
        <Dialog
          title={say(open.kind === 'totp' ? 'factors.add_totp' : 'factors.add_passkey')}
          wide={open.kind === 'totp'}
          onClose={close}
        >
          <AddFactor kind={open.kind} onAdded={added} onCancel={close} />
        </Dialog>
      ) : null}
      {open?.name === 'codes' ? (
        <Dialog busy title={say('codes.title')} lead={say('codes.lead')} onClose={close}>
          <RecoveryCodes codes={open.codes} onDone={close} />
        </Dialog>
      ) : null}
      {open?.name === 'new-codes' ? (
        <ConfirmAgainDialog
          title={say('codes.new.title')}
          confirm={say('codes.new')}
          run={async (password) => {
            setOpen({ name: 'codes', codes: await api.newRecoveryCodes(password) });
            void refresh();
          }}
          onClose={close}
        >
          <p>{say('codes.new.hint')}</p>
        </ConfirmAgainDialog>
      ) : null}
      {open?.name === 'remove' ? (
        <ConfirmAgainDialog
          title={say('factors.remove.title', { name: open.factor.name })}
          confirm={say('factors.remove')}
          run={async (password) => {
            await api.removeFactor(open.factor.id, password);
            toast.success(say('factors.removed', { name: open.factor.name }));
            close();
            void refresh();
            void session.retry();
          }}
          onClose={close}
        >
          <p>{say(data?.factors.length === 1 ? 'factors.remove.last' : 'factors.remove.hint')}</p>
        </ConfirmAgainDialog>
      ) : null}
    </section>
  );
}

function FactorRow({ factor, canRemove, onRemove }: { factor: Factor; canRemove: boolean; onRemove: () => void }) {
  const { say, format } = useSecurityText();
  const Icon = factor.kind === 'totp' ? Smartphone : Fingerprint;
  const about = [
    say(`factors.kind.${factor.kind}`),
    say('factors.added', { day: format.day(Date.parse(factor.created_at)) }),
    factor.last_used_at === null
      ? say('factors.unused')
      : say('factors.used', { time: format.moment(Date.parse(factor.last_used_at)) }),
  ];
  return (
    <li className="factor-row">
      <Icon size={20} strokeWidth={1.5} aria-hidden="true" />
      <div className="min-w-0">
        <h3>{factor.name}</h3>
        <span className="caption block">{about.join(', ')}</span>
      </div>
      {canRemove ? (
        <button
          type="button"
          className="button button-quiet button-icon button-small"
          aria-label={say('factors.remove.which', { name: factor.name })}
          title={say('factors.remove.which', { name: factor.name })}
          onClick={onRemove}
        >
          <Trash2 size={16} strokeWidth={1.5} />
        </button>
      ) : null}
    </li>
  );
}

function AddButtons({ reply, onAdd }: { reply: SecondFactorsReply; onAdd: (kind: FactorKind) => void }) {
  const { say } = useSecurityText();
  const obstacle = passkeyObstacle(reply.passkeys);
  const isLast = reply.required && reply.factors.length === 1;
  return (
    <div className="factor-foot">
      <button
        type="button"
        className={`button ${reply.factors.length === 0 ? 'button-primary' : ''}`}
        onClick={() => onAdd('totp')}
      >
        {say('factors.add_totp')}
      </button>
      {obstacle === null ? (
        <button type="button" className="button" onClick={() => onAdd('passkey')}>
          {say('factors.add_passkey')}
        </button>
      ) : null}
      {obstacle === null ? null : (
        <span className="caption">
          {obstacle.text === 'passkey.elsewhere' ? say(obstacle.text, { origin: obstacle.origin }) : say(obstacle.text)}
        </span>
      )}
      {isLast ? <span className="caption">{say('factors.required')}</span> : null}
    </div>
  );
}
