// The figures of the alarm system beside both columns of ISA-18.2, of the plant, a location or a shift, and its bad actors.

import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { shiftApi } from '../../../api/shift-api.ts';
import { useApi } from '../../../api/use-api.ts';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { SelectChip } from '../../../components/ui/form/select-chip.tsx';
import { useFiguresText } from '../../../i18n/figures/use-figures-text.ts';
import { useLive } from '../../../live/use-live.ts';
import { BadActors } from './bad-actors.tsx';
import { KpiTable } from './kpi-table.tsx';
import '../../../styles/alarm-pages.css';
import '../../../styles/figures.css';

const DAY_MS = 86_400_000;
const RANGES = ['7', '30', '90'] as const;

export function AlertFigures() {
  const { say } = useFiguresText();
  const api = useApi();
  const openedMs = useRef(Math.floor(useLive().now() / 60_000) * 60_000);
  const [days, setDays] = useState<(typeof RANGES)[number]>('30');
  const [location, setLocation] = useState('');
  const [shift, setShift] = useState('');
  const { data: summary } = useQuery({ queryKey: ['machines', 'summary'], queryFn: () => api.machineSummary() });
  const { data: calendar } = useQuery({
    queryKey: ['shift-calendar'],
    queryFn: ({ signal }) => shiftApi(api.client).calendar(signal),
    retry: false,
  });
  const span = { fromMs: openedMs.current - Number(days) * DAY_MS, toMs: openedMs.current };
  const shifts = calendar?.calendar.shifts ?? [];
  return (
    <>
      <div className="figures-tools">
        <Segments
          label={say('figures.range')}
          value={days}
          choices={RANGES.map((value) => ({ value, label: say(`figures.range.${value}`) }))}
          onChoose={setDays}
        />
        <SelectChip
          label={say('figures.location')}
          any={say('figures.location')}
          value={location}
          choices={(summary?.locations ?? []).map(({ name }) => ({ value: name, label: name }))}
          onChoose={setLocation}
        />
        {shifts.length > 0 ? (
          <SelectChip
            label={say('figures.shift')}
            any={say('figures.shift')}
            value={shift}
            choices={shifts.map(({ name }) => ({ value: name, label: name }))}
            onChoose={setShift}
          />
        ) : null}
      </div>
      <KpiTable filter={{ ...span, location, shift }} />
      <BadActors span={span} location={location} />
    </>
  );
}
