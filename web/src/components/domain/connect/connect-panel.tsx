// Connects a device: where this installation is reached, a program to paste, and what came of it.

import type { Gateway, Machine } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useId, useState } from 'react';
import type { GatewayWithPassword } from '../../../api/gateways-api.ts';
import { useApi, useMay } from '../../../api/use-api.ts';
import { CopyButton } from '../../ui/form/copy-button.tsx';
import { Segments } from '../../ui/form/segments.tsx';
import { SelectField } from '../../ui/form/text-field.tsx';
import { LoadFailed } from '../../ui/load-failed.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { MachineFinder } from '../machines/machine-finder.tsx';
import { AddressList } from './address-list.tsx';
import { FirstMessage } from './first-message.tsx';
import {
  type Credentials,
  exampleReading,
  factoryOf,
  nameOnTheWire,
  snippet,
  type Target,
  TOOLS,
  type Tool,
} from './snippets.ts';
import { type Say, useGatewayText } from './use-gateway-text.ts';
import '../../../styles/connect.css';

const WITHOUT = '';

/** `machine`: the only one, on its own page. `made`: a gateway whose password is known, because it was made just now. */
export function ConnectPanel({ machine: only, made }: { machine?: Machine; made?: GatewayWithPassword | null }) {
  const { t, say } = useGatewayText();
  const api = useApi();
  const id = useId();
  const mayListGateways = useMay('write:config');
  const [chosen, setChosen] = useState<Machine | null>(null);
  const [gatewayId, setGatewayId] = useState<string | null>(null);
  const [tool, setTool] = useState<Tool>('shell');
  const addresses = useQuery({
    queryKey: ['gateways', 'addresses'],
    queryFn: ({ signal }) => api.gatewayAddresses(signal),
  });
  const listed = useQuery({
    queryKey: ['gateways'],
    queryFn: ({ signal }) => api.gateways(signal),
    enabled: mayListGateways,
  });
  const machine = only ?? chosen;
  const gateways = (listed.data?.gateways ?? []).filter(({ is_active }) => is_active);
  const gateway =
    gateways.find((each) => each.id === (gatewayId ?? made?.gateway.id)) ??
    (gatewayId === null && made == null ? likelyGateway(gateways, machine) : null);
  return (
    <section className="card connect" aria-labelledby={id}>
      <div className="card-head">
        <h2 id={id}>{say('connect.title')}</h2>
      </div>
      <div className="connect-body">
        {addresses.data ? (
          <>
            <AddressList addresses={addresses.data} />
            <div className="connect-choice">
              <div className="field">
                <span className="label">{say('connect.machine')}</span>
                {machine === null ? (
                  <MachineFinder label={say('connect.machine.find')} textNeeded onPick={setChosen} />
                ) : (
                  <span className="chip">
                    <span className="ellipsis id">{machine.name}</span>
                    {only === undefined ? (
                      <button
                        type="button"
                        className="chip-x"
                        aria-label={say('connect.machine.change', { name: machine.name })}
                        onClick={() => setChosen(null)}
                      >
                        <X size={12} strokeWidth={1.5} />
                      </button>
                    ) : null}
                  </span>
                )}
              </div>
              {mayListGateways ? (
                <SelectField
                  label={say('connect.gateway')}
                  value={gateway?.id ?? WITHOUT}
                  onChange={setGatewayId}
                  choices={[
                    {
                      value: WITHOUT,
                      label: say(
                        addresses.data.without_credentials === 'nowhere'
                          ? 'connect.gateway.unknown'
                          : 'connect.gateway.none',
                      ),
                    },
                    ...gateways.map(({ id: value, name }) => ({ value, label: name })),
                  ]}
                />
              ) : null}
            </div>
            <div className="connect-tools">
              <Segments
                label={say('connect.with')}
                value={tool}
                choices={TOOLS.map((value) => ({ value, label: say(`connect.tool.${value}`) }))}
                onChoose={setTool}
              />
            </div>
            <Snippet
              say={say}
              tool={tool}
              target={{
                http: addresses.data.http[0] as string,
                mqtt: addresses.data.mqtt[0] ?? null,
                ...exampleReading(
                  addresses.data.topics,
                  machine === null ? placeholder(say('connect.placeholder.machine')) : nameOnTheWire(machine),
                  factoryOf(machine, gateway),
                ),
                credentials: credentialsOf({
                  say,
                  gateway,
                  made: made ?? null,
                  isNeeded: addresses.data.without_credentials === 'nowhere' || !mayListGateways,
                  isHttp: tool === 'http',
                  isExternal: addresses.data.broker === 'external',
                }),
              }}
              password={made?.gateway.id === gateway?.id ? (made?.password ?? null) : null}
              isGateway={gateway !== null}
            />
            {gateway === null && addresses.data.without_credentials === 'this_computer' && mayListGateways ? (
              <p className="caption">{say('connect.this_computer')}</p>
            ) : null}
            {machine === null ? (
              <p className="caption">{say('connect.choose')}</p>
            ) : (
              <FirstMessage
                key={`${machine.machine_id} ${gateway?.id}`}
                machine={machine}
                gatewayId={gateway?.id ?? null}
              />
            )}
          </>
        ) : addresses.isError ? (
          <LoadFailed title={say('connect.failed')} error={addresses.error} onRetry={addresses.refetch} />
        ) : (
          <div aria-busy="true" role="status" aria-label={t('app.loading')}>
            <Skeleton width="100%" height={320} />
          </div>
        )}
      </div>
    </section>
  );
}

function Snippet({
  say,
  tool,
  target,
  password,
  isGateway,
}: {
  say: Say;
  tool: Tool;
  target: Target;
  /** null where it is not known. */
  password: string | null;
  isGateway: boolean;
}) {
  const text = snippet(tool, target);
  if (text === null) return <p className="caption">{say('connect.no_broker')}</p>;
  return (
    <>
      <div className="snippet">
        <div className="snippet-head">
          <span className="caption">{say(`connect.about.${tool}`)}</span>
          <CopyButton text={text} label={say('connect.copy.what', { what: say(`connect.about.${tool}`) })} />
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways */}
        <pre tabIndex={0}>{text}</pre>
      </div>
      {target.credentials !== null && password === null ? (
        <p className="caption">
          {isGateway ? say('connect.password', { placeholder: target.credentials.password }) : say('connect.token')}
        </p>
      ) : null}
    </>
  );
}

const placeholder = (word: string) => `<${word}>`;

function credentialsOf({
  say,
  gateway,
  made,
  isNeeded,
  isHttp,
  isExternal,
}: {
  say: Say;
  gateway: Gateway | null;
  made: GatewayWithPassword | null;
  isNeeded: boolean;
  isHttp: boolean;
  isExternal: boolean;
}): Credentials | null {
  const unknown = {
    username: placeholder(say('connect.placeholder.username')),
    password: placeholder(say('connect.placeholder.password')),
  };
  if (isExternal && !isHttp) return unknown;
  // Over HTTP nobody sends without credentials.
  if (gateway === null) return isNeeded || isHttp ? unknown : null;
  const isMade = made !== null && made.gateway.id === gateway.id && made.password !== null;
  return { username: gateway.username, password: isMade ? (made.password as string) : unknown.password };
}

/** The only gateway that names the machine, or the only one at all. */
function likelyGateway<Each extends Gateway>(gateways: readonly Each[], machine: Machine | null): Each | null {
  const own = machine === null ? [] : gateways.filter(({ machine_ids }) => machine_ids.includes(machine.machine_id));
  const [first, ...others] = own.length > 0 ? own : gateways;
  return first !== undefined && others.length === 0 ? first : null;
}
