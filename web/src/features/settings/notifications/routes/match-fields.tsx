// For which alerts a route is: what is left empty does not matter.

import {
  ALERT_CONDITIONS,
  isAboutMetric,
  type MetricDefinition,
  type RouteMatch,
  SEVERITIES,
} from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTellingApi } from '../../../../api/telling/use-telling-api.ts';
import { useKnownPlaces } from '../../../../components/domain/machines/use-known-places.ts';
import { Segments } from '../../../../components/ui/form/segments.tsx';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { useMetricCatalogue } from '../../use-catalogue.ts';
import { MachineChips } from './machine-chips.tsx';
import { withMatch } from './route-draft.ts';
import { TokenField } from './token-field.tsx';

const NO_METRICS: readonly MetricDefinition[] = [];

export function MatchFields({ match, onChange }: { match: RouteMatch; onChange: (match: RouteMatch) => void }) {
  const { say } = useTellingText();
  const api = useTellingApi();
  const { locations, sensorTypes } = useKnownPlaces();
  const metrics = useMetricCatalogue().data ?? NO_METRICS;
  const calendar = useQuery({ queryKey: ['shift-calendar'], queryFn: ({ signal }) => api.shiftCalendar(signal) });
  const shifts = [
    ...new Set([...(calendar.data?.calendar.shifts ?? []).map(({ name }) => name), ...(match.shifts ?? [])]),
  ];
  const put = <Name extends keyof RouteMatch>(name: Name, value: RouteMatch[Name]) =>
    onChange(withMatch(match, name, value));
  const named = (list: readonly { name: string }[]) => list.map(({ name }) => ({ value: name, label: name }));
  const metricOptions = [
    ...metrics.filter(({ name }) => isAboutMetric(name)).map(({ name, label }) => ({ value: name, label })),
  ];
  return (
    <fieldset className="grid gap-3" aria-label={say('routes.for')}>
      <div>
        <h3 className="label">{say('routes.for')}</h3>
        <span className="caption">{say('routes.for.hint')}</span>
      </div>
      <Row label={say('match.severity')}>
        <Toggles
          choices={SEVERITIES.map((value) => ({ value, label: say(`match.severity.${value}`) }))}
          chosen={match.severities ?? []}
          onChange={(severities) => put('severities', severities)}
        />
      </Row>
      <Row label={say('match.locations')}>
        <TokenField
          label={say('match.locations')}
          options={named(locations)}
          chosen={match.locations ?? []}
          onChange={(chosen) => put('locations', chosen)}
        />
      </Row>
      <Row label={say('match.types')}>
        <TokenField
          label={say('match.types')}
          options={named(sensorTypes)}
          chosen={match.sensor_types ?? []}
          onChange={(chosen) => put('sensor_types', chosen)}
        />
      </Row>
      <Row label={say('match.machines')}>
        <MachineChips chosen={match.machine_ids ?? []} onChange={(chosen) => put('machine_ids', chosen)} />
      </Row>
      <Row label={say('match.metrics')}>
        <TokenField
          label={say('match.metrics')}
          options={metricOptions}
          chosen={match.metrics ?? []}
          onChange={(chosen) => put('metrics', chosen)}
        />
      </Row>
      <Row label={say('match.conditions')}>
        <Toggles
          choices={ALERT_CONDITIONS.map((value) => ({ value, label: say(`condition.${value}`) }))}
          chosen={match.conditions ?? []}
          onChange={(conditions) => put('conditions', conditions)}
        />
      </Row>
      {shifts.length === 0 ? null : (
        <Row label={say('match.shifts')}>
          <Toggles
            choices={shifts.map((value) => ({ value, label: value }))}
            chosen={match.shifts ?? []}
            onChange={(chosen) => put('shifts', chosen)}
          />
        </Row>
      )}
      <Row label={say('match.holidays')}>
        <Segments
          label={say('match.holidays')}
          value={match.holidays === undefined ? 'any' : match.holidays ? 'only' : 'not'}
          choices={(['any', 'only', 'not'] as const).map((value) => ({ value, label: say(`match.holidays.${value}`) }))}
          onChoose={(value) => put('holidays', value === 'any' ? undefined : value === 'only')}
        />
      </Row>
    </fieldset>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="match-row">
      <span className="label">{label}</span>
      <div className="min-w-0">{children}</div>
    </div>
  );
}

function Toggles<Value extends string>({
  choices,
  chosen,
  onChange,
}: {
  choices: readonly { value: Value; label: string }[];
  chosen: readonly Value[];
  onChange: (chosen: Value[]) => void;
}) {
  return (
    <div className="match-chips">
      {choices.map(({ value, label }) => {
        const isChosen = chosen.includes(value);
        const next = isChosen ? chosen.filter((each) => each !== value) : [...chosen, value];
        return (
          <button
            key={value}
            type="button"
            className="chip chip-toggle"
            aria-pressed={isChosen}
            onClick={() => onChange(next)}
          >
            {label}
          </button>
        );
      })}
    </div>
  );
}
