// Which role and factory the groups of the provider of OpenID Connect give, and who was refused last.

import type { OidcRefusal, OidcRulesReply } from '@gonsters/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useOidcApi } from '../../../api/oidc-api.ts';
import { signInMethods } from '../../../api/sign-in-api.ts';
import { useSession } from '../../../api/use-api.ts';
import { toast } from '../../../components/ui/toast.ts';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { managementFaultText } from '../management-fault.ts';
import { SectionFailed } from '../section-states.tsx';
import { RefusedList } from './refused-list.tsx';
import { RuleRows } from './rule-rows.tsx';
import { draftsOf, type RuleDraft, ruleFaults, rulesOf, withGroup } from './rules-draft.ts';
import { useSecurityText } from './use-security-text.ts';

const KEY = ['oidc-rules'];
/** Somebody may try to come in while one looks. */
const LOOK_EVERY_MS = 15_000;

/** Nothing where OpenID Connect is not set up. */
export function OidcRules() {
  const { say } = useSecurityText();
  const session = useSession();
  const api = useOidcApi();
  const methods = useQuery({ queryKey: ['sign-in-methods'], queryFn: () => signInMethods(session) });
  const isSetUp = (methods.data?.oidc ?? null) !== null;
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.rules(signal),
    refetchInterval: LOOK_EVERY_MS,
    enabled: isSetUp,
  });
  if (!isSetUp) return null;
  return (
    <section className="card">
      <div className="card-head">
        <div>
          <h2>{say('rules.title')}</h2>
          <span className="caption">{say('rules.hint')}</span>
        </div>
      </div>
      {query.isError && !query.data ? <SectionFailed error={query.error} onRetry={query.refetch} /> : null}
      {query.data === undefined ? null : <Rules reply={query.data} />}
    </section>
  );
}

function Rules({ reply }: { reply: OidcRulesReply }) {
  const { t, say } = useSecurityText();
  const api = useOidcApi();
  const queries = useQueryClient();
  /** Null while nothing is changed: then what is stored is shown. */
  const [draft, setDraft] = useState<readonly RuleDraft[] | null>(null);
  const [busy, setBusy] = useState(false);
  const [linking, setLinking] = useState<OidcRefusal | null>(null);
  const rules = draft ?? draftsOf(reply.rules);
  const faults = ruleFaults(rules);
  const save = async () => {
    setBusy(true);
    try {
      await api.setRules(rulesOf(rules));
      await queries.invalidateQueries({ queryKey: KEY });
      setDraft(null);
      toast.success(say('rules.saved'));
    } catch (error) {
      toast.error(managementFaultText(t, error));
    }
    setBusy(false);
  };
  return (
    <>
      {rules.length === 0 ? (
        <p className="card-note">{say('rules.none')}</p>
      ) : (
        <RuleRows rules={rules} faults={faults} onChange={setDraft} />
      )}
      <div className="factor-foot">
        <button type="button" className="button" onClick={() => setDraft(withGroup(rules, ''))}>
          {say('rules.add')}
        </button>
        <span className="flex-1" />
        {draft === null ? null : (
          <>
            <button type="button" className="button button-quiet" disabled={busy} onClick={() => setDraft(null)}>
              {say('rules.discard')}
            </button>
            <button
              type="button"
              className="button button-primary"
              disabled={busy || faults.some((fault) => fault === 'rules.fault.group')}
              onClick={() => void save()}
            >
              {say('rules.save')}
            </button>
          </>
        )}
      </div>
      <RefusedList
        refused={reply.last_refused}
        known={new Set(rules.map(({ group }) => group.trim()))}
        onLink={setLinking}
        onMake={(group) => setDraft(withGroup(rules, group))}
      />
      {linking === null ? null : (
        <ConfirmDialog
          title={say('rules.refused.link', { name: linking.name })}
          confirm={say('rules.refused.link.short')}
          run={async () => {
            await api.link(linking.id);
            await queries.invalidateQueries({ queryKey: KEY });
            void queries.invalidateQueries({ queryKey: ['users'] });
            toast.success(say('rules.refused.linked', { name: linking.name }));
          }}
          onClose={() => setLinking(null)}
        >
          <p>{say('rules.refused.link.hint', { name: linking.name })}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
