// The machine types: which there are, one of them to be changed, templates, and the file in which they travel.

import type { MachineType } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { Boxes, Download, Plus, Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { useApi, useMay } from '../../../api/use-api.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { FormSkeleton, SectionFailed } from '../section-states.tsx';
import { useMachineTypes, useMetricCatalogue } from '../use-catalogue.ts';
import { useSettingsSearch } from '../use-settings-search.ts';
import { AddTypeDialog } from './add-type-dialog.tsx';
import { ImportPreview } from './import-preview.tsx';
import { OwnLimitsList } from './own-limits-list.tsx';
import { TypeEditor } from './type-editor.tsx';
import { TypeTemplates } from './type-templates.tsx';
import { useCatalogueImport } from './use-catalogue-import.ts';
import '../../../styles/catalogue.css';
import '../../../styles/machine-types.css';
import '../../../styles/machine-types-small.css';

export function MachineTypesSection() {
  const { t } = useText();
  const api = useApi();
  const mayWrite = useMay('write:machines');
  const mayConfigure = useMay('write:config');
  const { search, narrow } = useSettingsSearch();
  const types = useMachineTypes();
  const metrics = useMetricCatalogue();
  const work = useCatalogueImport();
  const input = useRef<HTMLInputElement>(null);
  const [adding, setAdding] = useState(false);
  const failed = [types, metrics].find((query) => query.isError && query.data === undefined);
  if (failed !== undefined) {
    return (
      <section className="card">
        <SectionFailed error={failed.error} onRetry={failed.refetch} />
      </section>
    );
  }
  if (types.data === undefined || metrics.data === undefined) return <FormSkeleton />;
  const selected = types.data.find(({ name }) => name === search.sensor) ?? types.data[0];
  const save = () => api.downloadCatalogue().catch((error: unknown) => void toast.error(errorText(t, error)));
  return (
    <>
      <div className="section-tools">
        <span className="caption">{t('types.lead')}</span>
        <span className="flex-1" />
        <button type="button" className="button" onClick={() => void save()}>
          <Download size={16} strokeWidth={1.5} aria-hidden="true" />
          {t('types.export')}
        </button>
        {mayConfigure ? (
          <>
            <button type="button" className="button" disabled={work.busy} onClick={() => input.current?.click()}>
              <Upload size={16} strokeWidth={1.5} aria-hidden="true" />
              {t('types.import')}
            </button>
            <input
              ref={input}
              type="file"
              hidden
              tabIndex={-1}
              aria-label={t('types.import')}
              accept=".json,application/json"
              onChange={(event) => {
                const file = event.target.files?.[0];
                if (file) void work.read(file);
                // The same file again, after it was mended, is a change too.
                event.target.value = '';
              }}
            />
          </>
        ) : null}
        {mayWrite ? (
          <button type="button" className="button" onClick={() => setAdding(true)}>
            <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
            {t('types.add')}
          </button>
        ) : null}
      </div>
      {work.planned === null ? null : (
        <ImportPreview key={work.planned.title} planned={work.planned} metrics={metrics.data} onDone={work.done} />
      )}
      <TypeChoice types={types.data} selected={selected} />
      {selected === undefined ? null : <TypeEditor key={selected.name} type={selected} metrics={metrics.data} />}
      <OwnLimitsList />
      {mayConfigure ? (
        <TypeTemplates types={types.data} busy={work.busy} onApply={(title, file) => void work.plan(title, file)} />
      ) : null}
      {adding ? (
        <AddTypeDialog
          taken={types.data.map(({ name }) => name)}
          onMade={(name) => narrow({ sensor: name })}
          onClose={() => setAdding(false)}
        />
      ) : null}
    </>
  );
}

function TypeChoice({ types, selected }: { types: readonly MachineType[]; selected: MachineType | undefined }) {
  const { t } = useText();
  return (
    <section className="card" aria-label={t('settings.types')}>
      <div className="card-head">
        <h2>{t('types.count', { count: types.length })}</h2>
      </div>
      {types.length === 0 ? (
        <StateMessage icon={Boxes} title={t('types.none')}>
          {t('types.none.hint')}
        </StateMessage>
      ) : null}
      <div className="type-choice">
        {types.map(({ name, label, machines, metrics }) => (
          <Link
            key={name}
            to="/settings/{-$section}"
            params={{ section: 'types' }}
            search={(search) => ({ ...keepPanelFilters(search), sensor: name })}
            resetScroll={false}
            aria-current={name === selected?.name ? 'true' : undefined}
          >
            <b>{label ?? name}</b>
            <span className="caption">
              {machines === 0 ? t('types.unused') : t('alerts.machines', { count: machines })},{' '}
              {t('types.metric_count', { count: metrics.length })}
            </span>
          </Link>
        ))}
      </div>
    </section>
  );
}
