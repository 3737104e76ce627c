// Search and filters: what one chooses goes into the address, and from there to the server.

import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { ChoiceChip } from '../../components/choice-chip.tsx';
import { useText } from '../../i18n/use-text.ts';
import { readMachineSearch, STATUS_CHOICES } from './machine-search.ts';
import { useMachineSearch } from './use-machine-search.ts';
import { useSummary } from './use-summary.ts';

const STATUS_VALUES = Object.keys(STATUS_CHOICES) as (keyof typeof STATUS_CHOICES)[];
const TYPING_MS = 200;

export function MachineFilters() {
  const { t } = useText();
  const { search, narrow } = useMachineSearch();
  const summary = useSummary().data;
  const named = (groups: readonly { name: string; count: number }[] = []) =>
    groups.map(({ name, count }) => ({ value: name, label: `${name} (${count})` }));
  return (
    <div className="dock-tools">
      <SearchField value={search.q ?? ''} onSearch={(q) => narrow({ q: q === '' ? undefined : q })} />
      <div className="chips">
        <ChoiceChip
          label={t('machines.filter.status')}
          any={t('machines.filter.any')}
          value={search.status ?? ''}
          choices={STATUS_VALUES.map((value) => ({ value, label: t(STATUS_CHOICES[value]) }))}
          onChoose={(status) => narrow({ status: readMachineSearch({ status }).status })}
        />
        <ChoiceChip
          label={t('machines.filter.location')}
          any={t('machines.filter.any')}
          value={search.location ?? ''}
          choices={named(summary?.locations)}
          onChoose={(location) => narrow({ location: location || undefined })}
        />
        <ChoiceChip
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

/** Asks once typing pauses. */
function SearchField({ value, onSearch }: { value: string; onSearch: (text: string) => void }) {
  const { t } = useText();
  const [text, setText] = useState(value);
  const asked = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    // Changed from outside: back, a link, or the filters cleared.
    if (value === asked.current) return;
    asked.current = value;
    setText(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      asked.current = next.trim();
      onSearch(next.trim());
    }, TYPING_MS);
  };
  return (
    <span className="inp">
      <Search size={16} strokeWidth={1.5} aria-hidden="true" />
      <input
        type="search"
        aria-label={t('machines.search')}
        placeholder={t('machines.search.hint')}
        value={text}
        onChange={(event) => type(event.target.value)}
      />
    </span>
  );
}
