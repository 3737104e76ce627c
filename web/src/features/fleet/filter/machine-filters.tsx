// Search and filters of the machine list. They are part of the address, and the server applies them.

import { SearchField } from '../../../components/ui/form/search-field.tsx';
import { SelectChip } from '../../../components/ui/form/select-chip.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { useSummary } from '../overview/use-summary.ts';
import { readMachineSearch, STATUS_CHOICES } from './machine-search.ts';
import { useMachineSearch } from './use-machine-search.ts';

const STATUS_VALUES = Object.keys(STATUS_CHOICES) as (keyof typeof STATUS_CHOICES)[];

export function MachineFilters() {
  const { t } = useText();
  const { search, narrow } = useMachineSearch();
  const summary = useSummary().data;
  const named = (groups: readonly { name: string; count: number }[] = []) =>
    groups.map(({ name, count }) => ({ value: name, label: `${name} (${count})` }));
  return (
    <div className="dock-tools">
      <SearchField
        label={t('machines.search')}
        hint={t('machines.search.hint')}
        value={search.q ?? ''}
        onFind={(q) => narrow({ q })}
      />
      <div className="chips">
        <SelectChip
          label={t('machines.filter.status')}
          any={t('machines.filter.any')}
          value={search.status ?? ''}
          choices={STATUS_VALUES.map((value) => ({ value, label: t(STATUS_CHOICES[value]) }))}
          onChoose={(status) => narrow({ status: readMachineSearch({ status }).status })}
        />
        <SelectChip
          label={t('machines.filter.location')}
          any={t('machines.filter.any')}
          value={search.location ?? ''}
          choices={named(summary?.locations)}
          onChoose={(location) => narrow({ location: location || undefined })}
        />
        <SelectChip
          label={t('machines.filter.type')}
          any={t('machines.filter.any')}
          value={search.type ?? ''}
          choices={named(summary?.sensor_types)}
          onChoose={(type) => narrow({ type: type || undefined })}
        />
      </div>
    </div>
  );
}
