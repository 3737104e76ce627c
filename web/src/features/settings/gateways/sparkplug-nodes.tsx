// The nodes that publish Sparkplug B. Nothing is shown while there are none.

import type { SparkplugHostView } from '@gonsters/contract';
import { useText } from '../../../i18n/use-text.ts';
import { EntryList } from '../entry-list.tsx';

export function SparkplugNodes({ host }: { host: SparkplugHostView | null }) {
  const { t, format } = useText();
  if (host === null || host.nodes.length === 0) return null;
  const { nodes } = host;
  return (
    <>
      <div className="card-head">
        <h2>{t('gateways.sparkplug')}</h2>
        <span className="caption">{t('gateways.sparkplug.host', { host: host.host_id, count: host.node_count })}</span>
      </div>
      <EntryList
        entries={nodes}
        keyOf={({ path, gateway_id }) => `${gateway_id} ${path}`}
        hasMore={false}
        summary={({ path, born_at, device_count, rebirth_requested }) => (
          <>
            <span className="entry-time number-cell">
              {born_at === null ? '—' : format.moment(Date.parse(born_at))}
            </span>
            <b>{path}</b>
            <span className="caption ellipsis">
              {born_at !== null
                ? t('gateways.sparkplug.devices', { count: device_count })
                : t(rebirth_requested ? 'gateways.sparkplug.asked' : 'gateways.sparkplug.offline')}
            </span>
          </>
        )}
        more={({ devices }) => <p className="caption">{devices.length === 0 ? '—' : devices.join(', ')}</p>}
      />
    </>
  );
}
