// Machine types to begin with. They change nothing until one is applied, and say before what they would change.

import type { MachineType } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/use-api.ts';
import { useText } from '../../../i18n/use-text.ts';

export function TypeTemplates({
  types,
  busy,
  onApply,
}: {
  types: readonly MachineType[];
  busy: boolean;
  onApply: (title: string, file: unknown) => void;
}) {
  const { t, language } = useText();
  const api = useApi();
  const templates = useQuery({
    queryKey: ['machine-types', 'templates', language],
    queryFn: ({ signal }) => api.machineTypeTemplates(language, signal),
  });
  if (templates.data === undefined) return null;
  return (
    <section className="card" aria-label={t('types.templates')}>
      <div className="card-head list-head-tools">
        <h2>{t('types.templates')}</h2>
        <span className="caption">{t('types.templates.hint')}</span>
      </div>
      <ul>
        {templates.data.map(({ name, label, description, file }) => (
          <li key={name} className="list-row template">
            <div className="cell cell-main">
              <b>{label}</b>
              <span className="caption">{description}</span>
            </div>
            <span className="caption">
              {types.some((type) => type.name === name)
                ? t('types.templates.here', { name })
                : t('types.metric_count', { count: file.metrics.length })}
            </span>
            <button
              type="button"
              className="button button-small"
              disabled={busy}
              aria-label={`${t('types.templates.apply')}: ${label}`}
              onClick={() => onApply(t('types.templates.title', { label }), file)}
            >
              {t('types.templates.apply')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
